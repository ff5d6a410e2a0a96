/** Control totals past all mappings, by plain queries: a count and a sum for each status. */
export const sourceTotals = `SELECT CASE outcome WHEN 'Completed' THEN 'completed' WHEN 'Passed' THEN 'passed'
    WHEN 'Failed' THEN 'failed' WHEN 'Exempt' THEN 'waived' ELSE 'in_progress' END AS status,
  COUNT(*), SUM(score) FROM training_record GROUP BY 1`;

export const targetTotals = `SELECT CASE state WHEN 'done' THEN 'completed' WHEN 'exempt' THEN 'waived'
    WHEN 'open' THEN 'in_progress' ELSE state END AS status,
  COUNT(*), SUM(points) FROM learning_result GROUP BY 1`;

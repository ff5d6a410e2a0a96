import {
  othersEditsAreKept,
  ownWritesAreRecognized,
  repeatingChangesNothing,
  undoneIsAsBefore,
} from "./behaviours/again.js";
import {
  batchesAreSeenWhole,
  batchesAreWhole,
  constraintsAreKept,
  defaultsAreLeft,
  everyKeyFindsOneRow,
  excessIsRefused,
  lossIsRefused,
  manyRowsAreWritten,
  wrongTypesAreRefused,
} from "./behaviours/batches.js";
import { appliedIsThere, closedIsClosed, closingLetsGo, loadersTakeTurns } from "./behaviours/closing.js";
import {
  othersTablesAreTold,
  presentValuesAreTold,
  queriesAreAnswered,
  rowsAreFound,
} from "./behaviours/finding.js";
import { idsAreGivenOnce, othersGoOn, ownIdsAreTaken } from "./behaviours/ids.js";
import { columnsAreTold, missingTablesAreTold, namesAreNames } from "./behaviours/names.js";
import { nativeTypesAreWritten } from "./behaviours/natives.js";
import { rangesAreRead, rowsAreCounted } from "./behaviours/ranges.js";
import { longAndWide, nothingIsNotEmpty, textsAreFoundExactly, textsAreWritten } from "./behaviours/texts.js";
import { typeIsWritten } from "./behaviours/types.js";

/** What everything that is written to has to do, by the names waivers use. */
export const loaderBehaviours = {
  integers: typeIsWritten("integer", "writes integers exactly, of 64 bits"),
  decimals: typeIsWritten("decimal", "writes decimals exactly, with their trailing zeros"),
  floats: typeIsWritten("float", "writes doubles exactly"),
  booleans: typeIsWritten("boolean", "writes booleans"),
  dates: typeIsWritten("date", "writes days as they are given, in no zone"),
  times: typeIsWritten("time", "writes times as they are given, in no zone"),
  bytes: typeIsWritten("bytes", "writes bytes"),
  json: typeIsWritten("json", "writes JSON"),
  natives: nativeTypesAreWritten,
  plainTexts: typeIsWritten("text", "writes texts"),
  unicode: textsAreWritten("unicode", "writes every character of Unicode, in the form it has"),
  escapes: textsAreWritten("escapes", "writes backslashes, `\\N`, NULL and markup as texts"),
  quotes: textsAreWritten("quotes", "writes quotes within texts"),
  delimiters: textsAreWritten("delimiters", "writes commas, tabs, pipes and semicolons within texts"),
  lines: textsAreWritten("lines", "writes line breaks within texts"),
  spaces: textsAreWritten("spaces", "writes blanks at the ends of texts"),
  nulls: nothingIsNotEmpty,
  longAndWide,
  names: namesAreNames,
  columns: columnsAreTold,
  missing: missingTablesAreTold,
  exact: textsAreFoundExactly,
  finding: rowsAreFound,
  present: presentValuesAreTold,
  ranges: rangesAreRead,
  counting: rowsAreCounted,
  othersTables: othersTablesAreTold,
  queries: queriesAreAnswered,
  whole: batchesAreWhole,
  seenWhole: batchesAreSeenWhole,
  oneRow: everyKeyFindsOneRow,
  loss: lossIsRefused,
  wrongTypes: wrongTypesAreRefused,
  excess: excessIsRefused,
  constraints: constraintsAreKept,
  defaults: defaultsAreLeft,
  many: manyRowsAreWritten,
  recognizes: ownWritesAreRecognized,
  idempotence: repeatingChangesNothing,
  undo: undoneIsAsBefore,
  othersEdits: othersEditsAreKept,
  idsOnce: idsAreGivenOnce,
  ownIds: ownIdsAreTaken,
  othersGoOn,
  applied: appliedIsThere,
  turns: loadersTakeTurns,
  closing: closingLetsGo,
  closed: closedIsClosed,
};

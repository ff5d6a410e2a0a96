import type { Evidence, FileOf } from "../evidence.js";
import { clock, number, Section, Tag } from "./parts.js";
import { Table } from "./table.js";

export function Seal({ evidence }: { evidence: Evidence }) {
  const { seal, files } = evidence;
  const rows = [
    ["Plan", seal.plan, "seals the three below and the tool's version"],
    ["Definition", seal.definition, "mappings, extracts, overrides, parameters, versions of the steps"],
    ["Staged data", seal.staged, "what was read from the sources"],
    ["Target state", seal.target, "what the target held when the plan was made"],
    [
      "Event chain",
      seal.head,
      `head of ${number(seal.events)} entries, each with the digest of the one before`,
    ],
  ] as const;
  return (
    <Section
      id="seal"
      title="Seals"
      lead="SHA-256 digests. Recomputed from the ledger, the first five must agree; the files beside this page are checked by sha256sum -c SHA256SUMS."
    >
      <dl class="facts seals">
        {rows.map(([name, digest, meaning]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <code>{digest}</code>
              <span class="block">{meaning}</span>
            </dd>
          </>
        ))}
        <dt>Chain</dt>
        <dd>
          {seal.intact ? (
            <Tag kind="equal">unbroken when this was written</Tag>
          ) : (
            <Tag kind="different">broken: an entry does not follow from the one before</Tag>
          )}
        </dd>
      </dl>
      {files.length === 0 ? null : (
        <Table
          stacked
          caption="Files beside this page"
          rows={files}
          columns={[
            { title: "file", form: "k", cell: (f: FileOf) => f.name },
            { title: "holds", cell: (f: FileOf) => f.holds },
            { title: "rows", form: "n", cell: (f: FileOf) => number(f.rows) },
            { title: "bytes", form: "n", cell: (f: FileOf) => number(f.bytes) },
            { title: "SHA-256", form: "w", cell: (f: FileOf) => <code>{f.sha256}</code> },
          ]}
        />
      )}
      <p class="lead">
        Written {clock(evidence.writtenAt)} by Cutover {evidence.tool}.
      </p>
    </Section>
  );
}

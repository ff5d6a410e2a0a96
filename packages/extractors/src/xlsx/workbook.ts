import type { Archive } from "./archive.js";
import { malformedWorkbook } from "./errors.js";
import { kindOfFormat, type NumberKind } from "./numbers.js";
import { parseWhole } from "./xml.js";

/** What a sheet's cells refer to. */
export interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly part: string }[];
  readonly from1904: boolean;
  readonly strings: string | null;
  /** Kind of number of each cell style. */
  readonly kinds: readonly NumberKind[];
}

interface Relation {
  readonly type: string;
  readonly target: string;
}

/** `../media/x` from `xl/workbook.xml`, as a part's name. */
function resolvePart(from: string, target: string): string {
  if (target.startsWith("/")) return target.slice(1);
  const parts = from.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

async function relationsOf(
  archive: Archive,
  part: string,
  file: string,
): Promise<ReadonlyMap<string, Relation>> {
  const slash = part.lastIndexOf("/") + 1;
  const relations = new Map<string, Relation>();
  await parseWhole(archive, `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`, file, {
    open(name, { Id, Type, Target, TargetMode }) {
      if (name !== "Relationship" || TargetMode === "External") return;
      if (Id === undefined || Type === undefined || Target === undefined) return;
      relations.set(Id, { type: Type.slice(Type.lastIndexOf("/") + 1), target: resolvePart(part, Target) });
    },
  });
  return relations;
}

async function kindsOf(archive: Archive, part: string, file: string): Promise<readonly NumberKind[]> {
  const codes = new Map<number, string>();
  const kinds: NumberKind[] = [];
  let inCells = false;
  await parseWhole(archive, part, file, {
    open(name, attributes) {
      if (name === "numFmt") codes.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "");
      else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        const id = Number(attributes["numFmtId"] ?? 0);
        kinds.push(kindOfFormat(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
  });
  return kinds;
}

export async function openWorkbook(archive: Archive, file: string): Promise<Workbook> {
  const roots = await relationsOf(archive, "", file);
  const part = [...roots.values()].find(({ type }) => type === "officeDocument")?.target;
  if (part === undefined) throw malformedWorkbook(file, "it has no workbook part");
  const relations = await relationsOf(archive, part, file);
  const ofType = (type: string) => [...relations.values()].find((one) => one.type === type)?.target ?? null;

  const sheets: { name: string; part: string }[] = [];
  let from1904 = false;
  await parseWhole(archive, part, file, {
    open(name, attributes) {
      if (name === "workbookPr") from1904 = /^(?:1|true)$/.test(attributes["date1904"] ?? "");
      if (name !== "sheet") return;
      const id = Object.entries(attributes).find(([key]) => /(?:^|:)id$/.test(key))?.[1];
      const relation = id === undefined ? undefined : relations.get(id);
      // Chart sheets and dialogs have no cells.
      if (relation?.type === "worksheet")
        sheets.push({ name: attributes["name"] ?? "", part: relation.target });
    },
  });
  const styles = ofType("styles");
  return {
    sheets,
    from1904,
    strings: ofType("sharedStrings"),
    kinds: styles === null ? [] : await kindsOf(archive, styles, file),
  };
}

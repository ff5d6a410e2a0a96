import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Problem, suggest } from "@cutover/model";
import { merge } from "./merge.js";
import { items, member, textOf, type MapNode, type Node } from "./node.js";
import { parseYaml } from "./yaml.js";

/** One file of a definition, what it includes merged in. */
export interface SourceFile {
  readonly file: string;
  readonly root: MapNode;
}

export interface SystemFiles {
  readonly system: SourceFile | null;
  readonly inbound: readonly SourceFile[];
  readonly outbound: readonly SourceFile[];
  readonly problems: readonly Problem[];
}

/** Reads a system's folder and lays the folder of overrides over it. */
export function readSystemFiles(folder: string, overrides: string | undefined): SystemFiles {
  const problems: Problem[] = [];
  const below = readFolder(folder, problems);
  const above = overrides !== undefined && existsSync(overrides) ? readFolder(overrides, problems) : null;
  if (above === null) return { ...below, problems };
  return {
    system: overlay(below.system, above.system, "system", problems),
    inbound: overlayAll(below.inbound, above.inbound, problems),
    outbound: overlayAll(below.outbound, above.outbound, problems),
    problems,
  };
}

function readFolder(folder: string, problems: Problem[]): Omit<SystemFiles, "problems"> {
  const reader = new FileReader(folder, problems);
  const list = (name: string): readonly SourceFile[] => {
    const sub = join(folder, name);
    if (!existsSync(sub)) return [];
    return readdirSync(sub)
      .filter((file) => /\.ya?ml$/.test(file) && !file.startsWith("_"))
      .toSorted()
      .flatMap((file) => reader.read(join(sub, file)) ?? []);
  };
  const file = join(folder, "system.yaml");
  return {
    system: existsSync(file) ? reader.read(file) : null,
    inbound: list("inbound"),
    outbound: list("outbound"),
  };
}

class FileReader {
  readonly #root: string;
  readonly #problems: Problem[];

  constructor(folder: string, problems: Problem[]) {
    // Fragments may be shared between systems, so the folder above is still inside.
    this.#root = dirname(resolve(folder));
    this.#problems = problems;
  }

  read(file: string, above: readonly string[] = []): SourceFile | null {
    const bytes = readFileSync(file);
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      this.#problems.push({ message: "the file is not UTF-8", at: { file } });
      return null;
    }
    const { root, problems } = parseYaml(file, text);
    this.#problems.push(...problems);
    if (root === null) return null;
    if (root.kind !== "map") {
      this.#problems.push({ message: "the file must hold a map (`key: value`)", at: root.at });
      return null;
    }
    return { file, root: this.#include(file, root, above) };
  }

  #include(file: string, root: MapNode, above: readonly string[]): MapNode {
    const list = member(root, "include");
    if (list === undefined) return root;
    const entries = new Map(root.entries);
    entries.delete("include");
    let merged: Node | null = null;
    const nodes = list.kind === "list" ? items(list) : [list];
    for (const node of nodes) {
      const fragment = this.#fragment(file, node, above);
      if (fragment !== null) merged = merged === null ? fragment.root : merge(merged, fragment.root);
    }
    const own: MapNode = { ...root, entries };
    return merged === null ? own : (merge(merged, own) as MapNode);
  }

  #fragment(file: string, node: Node, above: readonly string[]): SourceFile | null {
    const name = textOf(node);
    const complain = (message: string): null => {
      this.#problems.push({ message, at: node.at });
      return null;
    };
    if (name === null) return complain("`include` names files");
    const path = join(dirname(file), name);
    if (!existsSync(path) || !statSync(path).isFile()) return complain(`there is no file \`${name}\` here`);
    const inside = relative(realpathSync(this.#root), realpathSync(path));
    if (inside.startsWith("..") || resolve(inside) === inside || inside.split(sep).includes("..")) {
      return complain("`include` must not lead out of the folder of mappings");
    }
    const chain = [...above, realpathSync(file)];
    if (chain.includes(realpathSync(path)) || chain.length > 8) return complain("`include` runs in a circle");
    return this.read(path, chain);
  }
}

/** The file with `extends` gone. */
function strip(file: SourceFile): SourceFile {
  const entries = new Map(file.root.entries);
  entries.delete("extends");
  return { ...file, root: { ...file.root, entries } };
}

function overlay(
  below: SourceFile | null,
  above: SourceFile | null,
  name: "system" | "mapping",
  problems: Problem[],
): SourceFile | null {
  if (above === null) return below;
  const parent = member(above.root, "extends");
  if (parent === undefined) return above;
  const wanted = textOf(parent);
  const known = below === null ? null : textOf(member(below.root, name));
  if (below === null || wanted !== known) {
    problems.push({
      message: `there is no ${name} \`${wanted ?? ""}\` to extend`,
      at: parent.at,
      remedy: known === null ? undefined : suggest(wanted ?? "", [known]),
    });
    return below;
  }
  const own = strip(above);
  return { file: above.file, root: merge(below.root, own.root) as MapNode };
}

/**
 * A file with `extends` is laid over the mapping of that name and takes its place, unless it gives itself
 * another name: then it stands beside it. A file without takes the place of the file, or mapping, of the
 * same name, or is added.
 */
function overlayAll(
  below: readonly SourceFile[],
  above: readonly SourceFile[],
  problems: Problem[],
): readonly SourceFile[] {
  const result = [...below];
  const nameOf = (file: SourceFile): string | null => textOf(member(file.root, "mapping"));
  for (const file of above) {
    const parent = member(file.root, "extends");
    const wanted = parent === undefined ? nameOf(file) : textOf(parent);
    const place = result.findIndex((other) => nameOf(other) === wanted);
    const base = result[place];
    if (parent === undefined) {
      if (base === undefined) result.push(file);
      else result[place] = file;
    } else if (base === undefined) {
      problems.push({
        message: `there is no mapping \`${wanted ?? ""}\` to extend here`,
        at: parent.at,
        remedy: suggest(
          wanted ?? "",
          below.map(nameOf).filter((name) => name !== null),
        ),
      });
    } else {
      const merged = overlay(base, file, "mapping", problems)!;
      if (nameOf(merged) === wanted) result[place] = merged;
      else result.push(merged);
    }
  }
  return result;
}

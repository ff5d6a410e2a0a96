import { SaxesParser } from "saxes";
import { stopIfAsked } from "../files/folder.js";
import type { Archive } from "./archive.js";
import { malformedWorkbook } from "./errors.js";

export type Attributes = Readonly<Record<string, string>>;

/** What is done with the XML of a part. Names come without their prefix. */
export interface XmlHandler {
  open(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

const maxDepth = 100;
/** Characters between two events: the parser holds them. A cell's text has at most 32,767. */
const maxToken = 8 * 1024 * 1024;
/** Bytes of a part that is held in memory when it has been read: those of large workbooks have a few megabytes. */
const maxWhole = 32 * 1024 * 1024;

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/**
 * Streams a part's XML to a handler, and returns to the caller after each piece, so that rows can be handed
 * on. Document types are refused: entities are what XML bombs are made of, and workbooks have none.
 */
export async function* parseXml(
  archive: Archive,
  part: string,
  file: string,
  handler: XmlHandler,
  { signal, most }: { readonly signal?: AbortSignal | undefined; readonly most?: number } = {},
): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false });
  let depth = 0;
  let silent = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw malformedWorkbook(file, `its part ${part} declares a document type`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    silent = 0;
    if (++depth > maxDepth) throw malformedWorkbook(file, `its part ${part} is nested too deeply`);
    handler.open(local(name), attributes as Attributes);
  });
  parser.on("closetag", ({ name }) => {
    silent = 0;
    depth--;
    handler.close?.(local(name));
  });
  if (handler.text !== undefined) {
    parser.on("text", (value) => handler.text?.(value));
    parser.on("cdata", (value) => handler.text?.(value));
  }

  const stream = await archive.part(part, most);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      stopIfAsked(signal);
      silent += bytes.length;
      parser.write(decoder.decode(bytes, { stream: true }));
      if (silent > maxToken) throw malformedWorkbook(file, `its part ${part} has a text that is too long`);
      yield;
    }
    parser.write(decoder.decode());
    parser.close();
    yield;
  } catch (error) {
    throw malformedWorkbook(file, `its part ${part} is damaged`, error);
  } finally {
    stream.destroy();
  }
}

/** Parses a part that holds little. */
export async function parseWhole(
  archive: Archive,
  part: string,
  file: string,
  handler: XmlHandler,
): Promise<void> {
  for await (const _ of parseXml(archive, part, file, handler, { most: maxWhole })) {
    // The handler has it.
  }
}

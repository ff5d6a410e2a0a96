import { closedIsClosed, closingLetsGo, cutOffIsNoEnd, errorsLetGo } from "./behaviours/closing.js";
import { readingCanBeLeft, readingCanBeStopped, readsInterleave } from "./behaviours/leaving.js";
import { columnsAreTold, namesAreNames, unknownColumnsAreRefused } from "./behaviours/names.js";
import { nativeTypesAreRead } from "./behaviours/natives.js";
import { batchesAreBounded, nothingIsRead, orderIsKept, rowsAreOrdered } from "./behaviours/order.js";
import { partsAreRead } from "./behaviours/parts.js";
import { readerSetsThePace } from "./behaviours/pressure.js";
import { otherTokensAreRefused, readingGoesOn } from "./behaviours/resuming.js";
import { newStateIsSeen, oneStateIsSeen } from "./behaviours/snapshot.js";
import { longAndWide, nothingIsNotEmpty, textsAreRead } from "./behaviours/texts.js";
import { nothingIsWritten, totalsAreTaken } from "./behaviours/totals.js";
import { typeIsRead } from "./behaviours/types.js";

/** What everything that is read from has to do, by the names waivers use. */
export const extractorBehaviours = {
  integers: typeIsRead("integer", "reads integers exactly, of 64 bits"),
  decimals: typeIsRead("decimal", "reads decimals exactly, with their trailing zeros"),
  floats: typeIsRead("float", "reads doubles exactly"),
  booleans: typeIsRead("boolean", "reads booleans"),
  dates: typeIsRead("date", "reads days as they are written, in no zone"),
  times: typeIsRead("time", "reads times as they are written, in no zone"),
  bytes: typeIsRead("bytes", "reads bytes"),
  json: typeIsRead("json", "reads JSON as text"),
  natives: nativeTypesAreRead,
  plainTexts: typeIsRead("text", "reads texts"),
  unicode: textsAreRead("unicode", "reads every character of Unicode, in the form it has"),
  escapes: textsAreRead("escapes", "reads backslashes, `\\N`, NULL and markup as texts"),
  quotes: textsAreRead("quotes", "reads quotes within texts"),
  delimiters: textsAreRead("delimiters", "reads commas, tabs, pipes and semicolons within texts"),
  lines: textsAreRead("lines", "reads line breaks within texts"),
  spaces: textsAreRead("spaces", "reads blanks at the ends of texts"),
  nulls: nothingIsNotEmpty,
  longAndWide,
  names: namesAreNames,
  columns: columnsAreTold,
  unknownColumns: unknownColumnsAreRefused,
  ordered: rowsAreOrdered,
  stable: orderIsKept,
  batches: batchesAreBounded,
  empty: nothingIsRead,
  parts: partsAreRead,
  totals: totalsAreTaken,
  readOnly: nothingIsWritten,
  oneState: oneStateIsSeen,
  release: newStateIsSeen,
  pace: readerSetsThePace,
  leaving: readingCanBeLeft,
  stopping: readingCanBeStopped,
  interleaving: readsInterleave,
  resuming: readingGoesOn,
  tokens: otherTokensAreRefused,
  closing: closingLetsGo,
  cutOff: cutOffIsNoEnd,
  closed: closedIsClosed,
  errors: errorsLetGo,
};

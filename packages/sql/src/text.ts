/** What is wrong with a text that no database could keep as it is; null where nothing is. */
export function textFault(text: string): "nul" | "lone-surrogate" | null {
  if (text.includes("\0")) return "nul";
  return text.isWellFormed() ? null : "lone-surrogate";
}

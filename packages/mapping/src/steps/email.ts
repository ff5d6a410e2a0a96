import { declareStep, onText, same } from "./step.js";

export const email = declareStep({
  name: "email",
  version: 1,
  doc: "Flags a text that is no e-mail address: one `@`, something before it, a domain with a dot after it, no white space. The text itself is not changed.",
  schema: { const: true },
  examples: [
    { step: { email: true }, given: "Ana.Ruiz@example.org", gives: "Ana.Ruiz@example.org" },
    { step: { email: true }, given: "ana@localhost", issue: "bad-email" },
    { step: { email: true }, given: "ana ruiz@example.org", issue: "bad-email" },
    { step: { email: true }, given: "n/a", issue: "bad-email" },
  ],
  explain: () => "which must be an e-mail address",
  compile: () => ({
    forward: onText((text, scope) => (isEmail(text) ? text : scope.fail("bad-email", null))),
    back: same,
  }),
});

// Every part is a single class repeated between fixed characters, so the time is linear.
const local = /^[^\s@<>()[\],;:\\"]{1,64}$/u;
const label = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

function isEmail(text: string): boolean {
  if (text.length > 320) return false;
  const at = text.indexOf("@");
  if (at < 1 || !local.test(text.slice(0, at))) return false;
  const name = text.slice(0, at);
  if (name.startsWith(".") || name.endsWith(".") || name.includes("..")) return false;
  const labels = text.slice(at + 1).split(".");
  return labels.length > 1 && labels.every((part) => label.test(part));
}

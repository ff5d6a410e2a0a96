import type { Personal, PersonalKind } from "./types.js";

/** What columns of personal data are called, in the spellings of the systems and languages we meet; the first that fits counts. */
const names: readonly (readonly [PersonalKind, RegExp])[] = [
  ["password", /passw|pwd|^pass$|secret|kennwort|contrase/],
  [
    "login",
    /^user_?name$|(?<!last_?|current_?|first_?)log[io]n(?!.*(?:time|date|count|at$))|user_?ref|^upn$|^uid$|user_?principal/,
  ],
  ["e-mail", /e[-_ ]?mail|correo/],
  ["birth date", /birth|dob$|geburt|naissance|nacimiento/],
  [
    "national id",
    /ssn|social_?sec|national_?(?:id|ins)|^nino?$|passport|tax_?(?:id|no)|steuer|^(?:cpf|nif|dni|bsn|pesel)$/,
  ],
  ["bank account", /iban|bank_?acc|account_?number/],
  ["phone", /phone|mobile|^(?:tel|fax|sms)$|telefon|handy/],
  [
    "name",
    /(?:first|last|given|family|sur|middle|fore|maiden|alternate|display|full|person|user|learner|emp(?:loyee)?|instructor|manager|supervisor|inst|stud)_?(?:name|nm)(?!_?id)|name_?(?:first|last|mi)|vorname|nachname|apellido|prenom|nombre_?completo|phonetic/,
  ],
  ["gender", /gender|^sex$|geschlecht/],
  ["address", /address|street|zip|postal|postcode|^city$|^town$|strasse|anschrift/],
  ["network address", /(?:last|from|remote)_?ip|^ip$|ip_?address/],
  ["picture", /picture|photo|avatar|image_?url/],
  [
    "employee number",
    /employee_?(?:id|no|num|number|key)|emp_?(?:id|no|num)$|personnel|badge_?no|personalnummer|student_?id|^stud_id$/,
  ],
];

/** Names that are personal only beside a person's other data: a course has a name too. */
const dependent = /^(?:name|fullname|full_name|displayname|display_name|idnumber|id_number)$/;
const people = /user|person|people|learner|employee|student|member|profile|staff|trainee|worker/i;

const contents: readonly (readonly [PersonalKind, RegExp])[] = [
  ["e-mail", /^[^\s@<>]{1,64}@[^\s@<>]{1,255}\.[A-Za-z]{2,}$/],
  ["national id", /^\d{3}-\d{2}-\d{4}$/],
  ["bank account", /^[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){3,7}[A-Z0-9]{1,4}$/],
  ["network address", /^(?:\d{1,3}\.){3}\d{1,3}$/],
  ["phone", /^(?:\+\d[\d ()./-]{7,18}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}[-.]\d{3}[-.]\d{4})$/],
];

/** Values of a column that are looked at for what they are. */
const looked = 5000;

/** Recognizes personal data by a column's name and by its first values. */
export class PersonalFinder {
  readonly #byName: PersonalKind | null;
  readonly #hits = new Map<PersonalKind, number>();
  #seen = 0;

  constructor(extract: string, column: string) {
    const name = column
      .replace(/([a-z])([A-Z])/g, "$1_$2")
      .replaceAll(/[\s.-]+/g, "_")
      .toLowerCase();
    const found = names.find(([, form]) => form.test(name))?.[0];
    const isPersons = dependent.test(name) && people.test(extract);
    this.#byName = found ?? (isPersons ? (name.includes("id") ? "employee number" : "name") : null);
  }

  add(text: string): void {
    if (this.#seen >= looked) return;
    this.#seen++;
    const kind = contents.find(([, form]) => form.test(text))?.[0];
    if (kind !== undefined) this.#hits.set(kind, (this.#hits.get(kind) ?? 0) + 1);
  }

  get found(): Personal | null {
    const byContent = [...this.#hits].find(([, hits]) => hits * 2 > this.#seen)?.[0] ?? null;
    // Even a few addresses in a column of remarks are somebody's.
    const some = byContent ?? ((this.#hits.get("e-mail") ?? 0) > 0 ? "e-mail" : null);
    const kind = byContent ?? this.#byName ?? some;
    if (kind === null) return null;
    const by: Personal["by"][number][] = [];
    if (this.#byName !== null) by.push("name");
    if (some !== null) by.push("content");
    return { kind, by };
  }
}

import { date, instant, map, oneOf, ref, text, type Entity, type RecordOf } from "../kinds.js";

export const user = {
  name: "user",
  doc: "A person known to a system, whether or not they can still log in.",
  fields: {
    employeeId: text("The employer's number of the person.", { personal: true, maxLength: 255 }),
    username: text("What the person logs in with.", { personal: true, maxLength: 255 }),
    email: text("E-mail address, its case as the source has it.", { personal: true, maxLength: 320 }),
    givenName: text("Given name, in any script.", { personal: true, maxLength: 255 }),
    middleName: text("Middle name or patronymic.", { personal: true, maxLength: 255 }),
    familyName: text("Family name, in any script.", { personal: true, maxLength: 255 }),
    displayName: text("The name as it is shown, where it is not given + family.", {
      personal: true,
      maxLength: 255,
    }),
    status: oneOf(["active", "suspended", "deleted"], "Whether the person can log in.", {
      required: true,
    }),
    locale: text("Language of the interface, as a BCP 47 tag (`de`, `pt-BR`).", { maxLength: 35 }),
    timeZone: text("IANA time zone (`Europe/Berlin`); absent means the system's own.", { maxLength: 64 }),
    country: text("ISO 3166-1 alpha-2 (`DE`).", { maxLength: 2 }),
    city: text("Town of the person's address or workplace.", { personal: true, maxLength: 255 }),
    phone: text("Telephone number as the source writes it.", { personal: true, maxLength: 64 }),
    jobTitle: text("Job title.", { maxLength: 255 }),
    department: text("Department as free text, where it is not an organization of its own.", {
      maxLength: 255,
    }),
    organization: ref("organization", "The organization the person belongs to."),
    manager: ref("user", "The person's manager."),
    hireDate: date("First day of employment."),
    leaveDate: date("Last day of employment."),
    createdAt: instant("When the account was made."),
    lastAccessAt: instant("When the person was last seen."),
    authentication: text("How the person logs in (manual, ldap, saml).", { maxLength: 64 }),
    passwordHash: text("The stored hash of the password, as the source keeps it.", {
      personal: true,
      secret: true,
      maxLength: 512,
    }),
    custom: map("The system's own further attributes, by name.", { personal: true }),
  },
} as const satisfies Entity;

export type User = RecordOf<typeof user>;

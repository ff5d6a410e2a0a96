/** A system whose mappings use every step once at least, so that what is changed in it meets all of them. */
export const stepsSystem: Readonly<Record<string, string>> = {
  "system.yaml": `system: steps
title: All steps
medium: csv
parameters:
  zone: { default: Europe/Berlin, pattern: '[A-Za-z]+/[A-Za-z_]+', because: The zone of times. }
  who: { default: staff, values: [staff, all], because: Whom we move. }
extracts:
  people:
    file: people*.csv
    key: [a]
    columns: { a: text, b: text, c: text, d: text, e: text, f: text, g: text, h: text }
    headers: { a: [A, The A] }
    optional: [h]
  courses:
    file: courses.csv
    key: [a, b]
    columns: { a: text, b: text, c: text, d: text, e: text, f: text, g: text, h: text }
totals:
  user: { sql: 'SELECT COUNT(*) AS count FROM people' }
`,
  "inbound/people.yaml": `mapping: steps/people
from: people
to: user
key: [a]
exclude:
  - { rule: guest, when: 'a == "guest" || b.matches("^(x+)+$")', because: Not a person. }
  - { rule: nobody, when: 'c != null && c.size() > 3 && [1, 2].exists(i, i > 3)', because: Not a person either. }
fields:
  username: { from: a, trim: true, case: lower, truncate: 20 }
  email: { from: b, email: true }
  givenName: { from: c, collapse: true, unicode: NFC, html: text }
  familyName: { from: [c, d], join: " ", default: none }
  displayName: { from: [c, d], template: "{c} {d} ({param.who})" }
  employeeId: { from: e, match: { pattern: '^(\\w+)-(?P<n>\\d+)$', group: n, otherwise: keep } }
  locale: { from: f, language: bcp47 }
  country: { from: g, country: alpha2 }
  timeZone: { from: h, zone: iana, coalesce: [g] }
  hireDate: { from: d, date: [MM/dd/yyyy, yyyy-MM-dd] }
  createdAt: { from: e, date: "yyyy-MM-dd HH:mm", zone: Europe/Berlin }
  status: { from: f, map: { on: active, off: suspended, "": deleted }, otherwise: keep }
  custom: { from: g, json: true }
  phone: { cases: [ { when: 'h != null', from: h, strip: "tel:" }, { from: g, prefix: "tel:" } ] }
  jobTitle: { from: c, multilang: { language: en } }
  manager: { from: d, ref: user }
ignore: {}
checks:
  - { that: 'status != "active" || email != null', name: mail, because: Who is active has mail., else: warning }
examples:
  - name: somebody
    given: { a: Ann, b: ann@example.org, f: "on" }
    expect: { username: ann, status: active }
`,
  "inbound/courses.yaml": `mapping: steps/courses
from: courses
to: course
key: "{a}:{b}"
fields:
  code: { from: a, steps: [ { split: "," }, { join: ";" }, { hash: { with: sha256, length: 20 } } ] }
  title: b
  description: { from: c, html: entities }
  status: { value: active }
  startsAt: { from: d, epoch: seconds, zone: UTC, as: date }
  duration: { from: e, duration: { unit: hours } }
  credits: { from: f, number: { decimal: ",", group: ".", min: 0, max: 100 }, toCredits: { unit: CEU, provider: us } }
ignore: { g: Not needed., h: Not needed. }
`,
};

import { Random } from "./random.js";

/** A file of people as student systems export them by IMS Enterprise 1.1, some 650 bytes a person. */
export function* personsXml(count: number): Generator<string> {
  const random = new Random(1_893);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<enterprise>\n  <properties lang="en">\n    <datasource>Nordwind HR</datasource>\n    <datetime>2024-02-29T22:05:00</datetime>\n  </properties>\n';
  for (let i = 1; i <= count; i++) yield person(i, random);
  yield "</enterprise>\n";
}

const families = ["Müller", "O’Brien &amp; Söhne", "Østergård", "Петров", "王", "Nguyễn"];
const givens = ["Anna", "Zoë", "José María", "Łukasz", "Иван", "明"];
const roles = ["Student", "Faculty", "Staff", "Instructor"];

function person(i: number, random: Random): string {
  const family = random.pick(families);
  const given = random.pick(givens);
  const id = `E${String(i).padStart(7, "0")}`;
  return `  <person recstatus="${1 + random.below(2)}">
    <sourcedid>
      <source>Nordwind HR</source>
      <id>${id}</id>
    </sourcedid>
    <userid useridtype="Logon ID">login${i}</userid>
    <name>
      <fn>${given} ${family}</fn>
      <n>
        <family>${family}</family>
        <given>${given}</given>
      </n>
    </name>
    <demographics>
      <gender>${1 + random.below(2)}</gender>
      <bday>${1950 + random.below(50)}-0${1 + random.below(9)}-1${random.below(10)}</bday>
    </demographics>
    <email>login${i}@example.org</email>
    <institutionrole primaryrole="Yes" institutionroletype="${random.pick(roles)}"/>
    <extension><costcentre>${random.below(9_000)}</costcentre></extension>
  </person>
`;
}

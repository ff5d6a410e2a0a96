import type { Random } from "./random.js";
import type { Row } from "./table.js";

/** A department people are placed in. */
export interface Department {
  readonly code: string;
  readonly name: string;
  readonly division: string;
}

const divisions = [
  "Manufacturing",
  "Research & Development",
  "Sales",
  "Finance",
  "People",
  "Logistics",
  "Quality",
];
const parts = ["North", "South", "Øst", "Ost–Mitte", "アジア", "América Latina", "مصر", "Ελλάδα"];
const functions = ["Operations", "Planning", "Service", "Projects"];

/** The company's tree: one company, its divisions, their departments. */
export function makeOrganizations(random: Random, users: number): { rows: Row[]; departments: Department[] } {
  const rows: Row[] = [
    {
      ou_id: "NW",
      ou_name: "Nordwind Group",
      ou_type: "Company",
      parent_ou_id: "",
      ou_active: "Yes",
      ou_description: "",
    },
  ];
  const departments: Department[] = [];
  const wanted = Math.max(8, Math.min(140, Math.round(users / 36)));
  for (const [d, division] of divisions.entries()) {
    const code = `NW-${d + 1}`;
    rows.push({
      ou_id: code,
      ou_name: division,
      ou_type: "Division",
      parent_ou_id: "NW",
      ou_active: "Yes",
      ou_description: "",
    });
    for (let i = 0; i < Math.ceil(wanted / divisions.length); i++) {
      const name = `${division} ${functions[i % functions.length]!} ${parts[Math.floor(i / functions.length) % parts.length]!}`;
      const department = { code: `${code}-${String(i + 1).padStart(2, "0")}`, name, division: code };
      departments.push(department);
      rows.push({
        ou_id: department.code,
        ou_name: name,
        ou_type: "Department",
        parent_ou_id: code,
        ou_active: "Yes",
        ou_description: random.chance(0.2) ? `"${name}", founded ${random.int(1950, 2020)}` : "",
      });
    }
  }
  // A department that was closed: nobody is in it any more.
  rows.push({
    ou_id: "NW-9",
    ou_name: "Typewriters",
    ou_type: "Department",
    parent_ou_id: "NW-1",
    ou_active: "No",
    ou_description: "Closed 2004.",
  });
  return { rows, departments };
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCompany, type Company } from "./company.js";
import { plantDefects } from "./defects/plant.js";
import type { Label } from "./labels.js";
import type { CompanyOptions } from "./sizes.js";
import { encodeTable } from "./table.js";

export interface WrittenCompany {
  readonly company: Company;
  /** Folder of the LMS's export. */
  readonly cornerstone: string;
  /** Folder of the HR department's feed. */
  readonly hr: string;
  readonly labels: readonly Label[];
}

/**
 * Writes a company's exports into `folder/cornerstone` and `folder/hr`. With `defects`, every kind of
 * defect is planted, and `folder/labels.json` tells them, outside what is read.
 */
export function writeCompany(
  folder: string,
  options: CompanyOptions & { readonly defects?: boolean } = {},
): WrittenCompany {
  const company = makeCompany(options);
  const labels = options.defects === true ? plantDefects(company) : [];
  const cornerstone = join(folder, "cornerstone");
  const hr = join(folder, "hr");
  mkdirSync(cornerstone, { recursive: true });
  mkdirSync(hr, { recursive: true });
  const { departments, employees, ...lms } = company.tables;
  for (const table of Object.values(lms)) writeFileSync(join(cornerstone, table.file), encodeTable(table));
  for (const table of [departments, employees]) writeFileSync(join(hr, table.file), encodeTable(table));
  if (options.defects === true)
    writeFileSync(join(folder, "labels.json"), `${JSON.stringify(labels, null, 1)}\n`);
  return { company, cornerstone, hr, labels };
}

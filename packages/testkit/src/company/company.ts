import { addDays, type Day } from "./calendar.js";
import { makeCatalogue, type Training } from "./catalogue.js";
import { makeAwards, makeProgrammes, type Programme } from "./certifications.js";
import { makeDepartments, makeEmployees, makeNewcomers } from "./hr.js";
import { makeOrganizations } from "./organizations.js";
import { makePeople, type Person } from "./people.js";
import { createRandom, type Random } from "./random.js";
import { sizes, type CompanyOptions, type Size } from "./sizes.js";
import { table, type Table } from "./table.js";
import { makeTranscript } from "./transcript.js";

/** The files of both sources, before they are written. */
export interface Tables {
  readonly organizations: Table;
  readonly users: Table;
  readonly training: Table;
  readonly transcript: Table;
  readonly certifications: Table;
  readonly awards: Table;
  readonly departments: Table;
  readonly employees: Table;
}

export interface Company {
  readonly seed: number;
  readonly size: Size;
  readonly today: Day;
  readonly random: Random;
  readonly people: readonly Person[];
  readonly trainings: readonly Training[];
  readonly programmes: readonly Programme[];
  readonly tables: Tables;
}

/** How this tenant named the columns of its reports: some as the reporting views do, most as people do. */
const emptyTables = (): Tables => ({
  organizations: table("organizations.csv", {
    ou_id: "OU ID",
    ou_name: "OU Name",
    ou_type: "OU Type",
    parent_ou_id: "Parent OU ID",
    ou_active: "Active",
    ou_description: "Description",
  }),
  users: table(
    "users.csv",
    {
      user_id: "user_id",
      user_ref: "User ID",
      user_name: "Username",
      user_name_first: "First Name",
      user_name_middle: "Middle Name",
      user_name_last: "Last Name",
      user_email: "Email Address",
      user_status: "User Status",
      user_language: "Language",
      user_timezone: "Time Zone",
      user_country: "Country",
      user_city: "City",
      user_phone: "Phone",
      user_title: "Position",
      user_ou_id: "Division ID",
      user_mgr_id: "Manager user_id",
      user_hire_date: "Original Hire Date",
      user_termination_date: "Termination Date",
      user_created: "Record Created",
      user_last_access: "Last Login",
    },
    { bom: true },
  ),
  training: table("training.csv", {
    lo_object_id: "Training ID",
    lo_code: "Training Code",
    lo_version: "Version",
    lo_title: "Training Title",
    lo_description: "Training Description",
    lo_type: "Training Type",
    lo_active: "Training Active",
    lo_languages: "Available Languages",
    lo_subject: "Subject",
    lo_provider: "Provider",
    lo_credits: "Credits",
    lo_hours: "Training Hours",
    lo_create_dt: "Create Date",
    lo_start_date: "Available From",
    lo_end_date: "Available Until",
    lo_equivalents: "Equivalent Training IDs",
  }),
  transcript: table("transcript.csv", {
    transc_user_id: "transc_user_id",
    transc_object_id: "transc_object_id",
    lo_title: "Training Title",
    lo_type: "Training Type",
    reg_num: "Registration Number",
    is_latest_reg_num: "Latest Registration",
    user_lo_status: "Transcript Status",
    user_lo_score: "Transcript Score",
    user_lo_pass: "Passed",
    user_lo_reg_dt: "Registration Date",
    user_lo_start_dt: "Start Date",
    user_lo_comp_dt: "Completion Date",
    user_lo_min_due_date: "Due Date",
    exempt_dt: "Exempt Date",
    user_lo_comments: "Comments",
    user_lo_minutes: "Time Spent (min)",
    archived: "Archived",
    is_removed: "Removed",
    ext_provider: "External Provider",
    ext_credits: "External Credits",
  }),
  certifications: table("certifications.csv", {
    cert_id: "Certification ID",
    cert_title: "Certification Title",
    cert_description: "Description",
    cert_issuer: "Issuer",
    cert_active: "Active",
    cert_period: "Period",
    cert_period_unit: "Period Unit",
    cert_window_days: "Renewal Window (days)",
    cert_basis: "Recertification Based On",
    cert_training: "Training ID",
    cert_credits: "Credits",
  }),
  awards: table("certification_awards.csv", {
    award_id: "Award ID",
    award_user_id: "user_id",
    award_cert_id: "Certification ID",
    award_status: "Certification Status",
    award_issue_dt: "Issued",
    award_expire_dt: "Expires",
    award_number: "Certificate Number",
  }),
  departments: table(
    "departments.csv",
    {
      department_code: "Kostenstelle",
      department_name: "Bezeichnung",
      division_code: "Bereich",
      open: "Offen",
    },
    { delimiter: ";", newline: "\n" },
  ),
  employees: table(
    "employees.csv",
    {
      employee_number: "Personalnummer",
      first_name: "Vorname",
      last_name: "Nachname",
      work_email: "E-Mail",
      employment_status: "Status",
      hire_date: "Eintritt",
      leave_date: "Austritt",
      job_title: "Stelle",
      department_code: "Kostenstelle",
      supervisor_number: "Vorgesetzte",
      country: "Land",
      city: "Ort",
      payroll_area: "Abrechnungskreis",
    },
    { delimiter: ";", newline: "\n" },
  ),
});

/** A company without a flaw: every check of the mappings and of the ledger holds on it. */
export function makeCompany(options: CompanyOptions = {}): Company {
  const { seed = 20_250_630, today = "2025-06-30" } = options;
  const named = options.size ?? "mid";
  const size: Size = typeof named === "string" ? sizes[named] : named;
  const random = createRandom(seed);
  const tables = emptyTables();
  const { rows, departments } = makeOrganizations(random, size.users);
  const people = makePeople(random, departments, size.users, today);
  const trainings = makeCatalogue(random, size.courses, today);
  const programmes = makeProgrammes(random, trainings, size.certifications);
  tables.organizations.rows.push(...rows);
  for (const person of people) tables.users.rows.push(person.row);
  for (const training of trainings) tables.training.rows.push(training.row);
  for (const row of makeTranscript(random, people, trainings, size.transcript, today))
    tables.transcript.rows.push(row);
  for (const programme of programmes) tables.certifications.rows.push(programme.row);
  for (const row of makeAwards(random, people, programmes, size.awards, today)) tables.awards.rows.push(row);
  tables.departments.rows.push(...makeDepartments(departments));
  tables.employees.rows.push(...makeEmployees(people, addDays(today, -730)));
  tables.employees.rows.push(...makeNewcomers(random, departments, Math.ceil(size.users / 100), today));
  return { seed, size, today, random, people, trainings, programmes, tables };
}

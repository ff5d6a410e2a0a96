type Row = Readonly<Record<string, string | number | null>>;

/** Somebody whose account the target has already. */
export interface ExistingPerson {
  readonly username: string;
  readonly employeeId: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
}

/** When this Moodle was installed: 2025-06-01T08:00:00Z. */
const installed = 1_748_764_800;

const person = (id: number, over: Row): Row => ({
  id,
  auth: "manual",
  confirmed: 1,
  mnethostid: 1,
  descriptionformat: 1,
  timecreated: installed,
  timemodified: installed,
  ...over,
});

const config = (values: Readonly<Record<string, string>>): Row[] =>
  Object.entries(values).map(([name, value], i) => ({ id: i + 1, name, value }));

const archetypes = [
  "manager",
  "coursecreator",
  "editingteacher",
  "teacher",
  "student",
  "guest",
  "user",
  "frontpage",
];

/**
 * The rows of a freshly installed Moodle 4.5 that a load builds upon, by table without its prefix; as in
 * a database dump of one. Cron and welcome messages are off: the administrator has made it ready.
 */
export const freshInstall: Readonly<Record<string, readonly Row[]>> = {
  config: config({
    mnet_localhost_id: "1",
    siteguest: "1",
    siteadmins: "2",
    enablecompletion: "1",
    cron_enabled: "0",
    defaultrequestcategory: "1",
    guestroleid: "6",
    timezone: "Europe/Berlin",
    lang: "en",
    version: "2024100706",
    release: "4.5.6 (Build: 20250811)",
  }),
  config_plugins: [
    { id: 1, plugin: "enrol_manual", name: "sendcoursewelcomemessage", value: "0" },
    { id: 2, plugin: "enrol_self", name: "sendcoursewelcomemessage", value: "0" },
  ],
  role: archetypes.map((name, i) => ({
    id: i + 1,
    name: "",
    shortname: name,
    description: "",
    sortorder: i + 1,
    archetype: name,
  })),
  user: [
    person(1, { username: "guest", firstname: "Guest user", lastname: " ", email: "root@localhost" }),
    person(2, { username: "admin", firstname: "Admin", lastname: "User", email: "admin@nordwind.example" }),
  ],
  course_categories: [
    {
      id: 1,
      name: "Category 1",
      descriptionformat: 1,
      sortorder: 10_000,
      timemodified: installed,
      depth: 1,
      path: "/1",
    },
  ],
  course: [
    {
      id: 1,
      category: 0,
      sortorder: 1,
      fullname: "Nordwind Learning",
      shortname: "nordwind",
      summary: "",
      format: "site",
      newsitems: 3,
      timecreated: installed,
      timemodified: installed,
    },
  ],
  context: [
    { id: 1, contextlevel: 10, instanceid: 0, path: "/1", depth: 1 },
    { id: 2, contextlevel: 50, instanceid: 1, path: "/1/2", depth: 2 },
    { id: 3, contextlevel: 40, instanceid: 1, path: "/1/3", depth: 2 },
    { id: 4, contextlevel: 30, instanceid: 1, path: "/1/4", depth: 2 },
    { id: 5, contextlevel: 30, instanceid: 2, path: "/1/5", depth: 2 },
  ],
};

/** An account somebody made by hand before the migration: what a person would fill in, and no more. */
export const existingUser = (id: number, who: ExistingPerson): Row =>
  person(id, {
    username: who.username,
    idnumber: who.employeeId,
    firstname: who.givenName,
    lastname: who.familyName,
    email: who.email,
    lang: "en",
  });

/** Indexes of Moodle's own schema (lib/db/install.xml) on the tables a load and a reading back touch. */
export const indexes: readonly (readonly [table: string, columns: readonly string[], unique: boolean])[] = [
  ["user", ["mnethostid", "username"], true],
  ["user", ["idnumber"], false],
  ["user_info_data", ["userid", "fieldid"], true],
  ["cohort_members", ["cohortid", "userid"], true],
  ["cohort_members", ["userid"], false],
  ["context", ["contextlevel", "instanceid"], true],
  ["course", ["category"], false],
  ["course", ["shortname"], false],
  ["enrol", ["courseid"], false],
  ["user_enrolments", ["enrolid", "userid"], true],
  ["user_enrolments", ["userid"], false],
  ["role_assignments", ["contextid", "userid"], false],
  ["role_assignments", ["userid"], false],
  ["course_completions", ["userid", "course"], true],
  ["course_completions", ["course"], false],
  ["course_completion_criteria", ["course"], false],
  ["course_completion_crit_compl", ["userid", "course", "criteriaid"], true],
  ["grade_items", ["courseid"], false],
  ["grade_categories", ["courseid"], false],
  ["grade_grades", ["userid", "itemid"], true],
  ["grade_grades", ["itemid"], false],
  ["badge_issued", ["badgeid", "userid"], true],
  ["tool_certificate_issues", ["code"], true],
  ["tool_certificate_issues", ["userid"], false],
];

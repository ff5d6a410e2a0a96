import { CutoverError } from "@cutover/model";
import { SqlFault, type FaultKind, type Role } from "../fault.js";

/** By error number: https://mariadb.com/kb/en/mariadb-error-code-reference/; the same on MySQL unless noted. */
const numbers: Readonly<Partial<Record<FaultKind, readonly number[]>>> = {
  unique: [1022, 1062, 1169, 1586],
  "foreign-key": [1216, 1217, 1451, 1452],
  "not-null": [1048, 1263, 1364],
  // A CHECK of MySQL, one of MariaDB, and a trigger's SIGNAL.
  check: [3819, 4025, 1644],
  "too-long": [1406],
  "bad-value": [1264, 1265, 1292, 1366, 1367, 1411, 1426, 1525, 3140, 4038],
  "too-large": [1118, 1153, 1301],
  deadlock: [1213],
  "lock-timeout": [1205, 3572],
  serialization: [1020, 1412],
  cancelled: [1317, 1969, 3024],
  "connection-lost": [1053, 1077, 1152, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 4031],
  "refused-login": [1044, 1045, 1049, 1130, 1251, 1698, 1820, 1862],
  // The second: a node of a cluster that is not ready.
  unreachable: [1040, 1047, 1129, 1203],
  missing: [1051, 1054, 1146],
  syntax: [1064, 1149, 1247, 1305],
  permission: [1142, 1143, 1227, 1370],
  "read-only": [1290, 1792, 1836],
  full: [1021, 1037, 1038, 1041, 1114],
};
const kinds = new Map(
  Object.entries(numbers).flatMap(([kind, list]) =>
    list.map((number) => [number, kind as FaultKind] as const),
  ),
);

const facts = (error: unknown): { code: string; errno: number | null; fatal: boolean } => {
  if (error === null || typeof error !== "object") return { code: "MYSQL_CLIENT", errno: null, fatal: false };
  const { code, errno, fatal } = error as { code?: unknown; errno?: unknown; fatal?: unknown };
  return {
    // The driver knows MySQL's names, and MariaDB gave this number to something else.
    code: errno === 4025 ? "ER_CONSTRAINT_FAILED" : typeof code === "string" ? code : "MYSQL_CLIENT",
    // The operating system's numbers are negative.
    errno: typeof errno === "number" && errno > 0 ? errno : null,
    fatal: fatal === true,
  };
};

export function mysqlFault(error: unknown, role: Role, lost: boolean): CutoverError {
  if (error instanceof CutoverError) return error;
  const { code, errno, fatal } = facts(error);
  const known = errno === null ? undefined : kinds.get(errno);
  return new SqlFault(known ?? (fatal || lost ? "connection-lost" : "other"), code, role, error);
}

/**
 * Whether a server, or what stands between, forbids files that a client sends: nothing is wrong with the
 * rows.
 */
export const forbidsLocalFiles = (error: unknown): boolean => {
  const { errno } = facts(error);
  return errno === 1148 || errno === 3948 || errno === 4166;
};

/** A failure to connect: whatever it is, the server is not to be reached. */
export function connectFault(error: unknown, role: Role): SqlFault {
  const { code, errno } = facts(error);
  const refused = errno !== null && kinds.get(errno) === "refused-login";
  return new SqlFault(refused ? "refused-login" : "unreachable", code, role, error, tlsRemedy(code));
}

const tlsRemedy = (code: string): string | undefined =>
  /HANDSHAKE|CERT|SELF_SIGNED|ALTNAME|SSL|TLS|MYSQL_CLIENT/.test(code)
    ? "The server has to prove its name by TLS: give the authority's certificates by `?ca=file`, or weaken the check by `?tls=encrypt` or `?tls=off`."
    : undefined;

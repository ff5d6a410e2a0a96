/**
 * An identifier in double quotes, which all engines take (MySQL and MariaDB by ANSI_QUOTES). The
 * name is one name whatever it holds; a dot does not part it.
 */
export function quoteName(name: string): string {
  if (name === "" || name.includes("\0")) throw new RangeError("an identifier is empty or holds NUL");
  return `"${name.replaceAll('"', '""')}"`;
}

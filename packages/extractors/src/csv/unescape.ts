const meanings: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  "0": "\0",
  Z: "\u001A",
};

/** What a character behind a backslash stands for, as MySQL and MariaDB write it: itself where it has no meaning. */
export const unescape = (char: string): string => meanings[char] ?? char;

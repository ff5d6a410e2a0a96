import { expect, test } from "vitest";
import { diffSystems } from "../src/index.js";
import { acme, changed, systemOf, type Files } from "./folder.js";

const diff = (files: Files) =>
  diffSystems(systemOf(acme), systemOf(files)).map(
    ({ mapping, direction, what }) => `${mapping === null ? "" : `${direction} ${mapping}: `}${what}`,
  );

test("nothing differs where nothing does", () => {
  expect(diff(acme)).toEqual([]);
  expect(diff(changed({ "inbound/users.yaml": [["fields:", "# said anew\nfields:"]] }))).toEqual([]);
});

test("entries of value maps one by one", () => {
  expect(
    diff(changed({ "inbound/users.yaml": [["off: suspended", "off: deleted, gone: deleted"]] })),
  ).toEqual([
    "inbound acme/users: `status`: “off” was mapped to “suspended”, and is now to “deleted”",
    "inbound acme/users: `status`: “gone” is now mapped to “deleted”",
  ]);
});

test("fields, rules, checks, columns and the system's own parts", () => {
  expect(
    diff(
      changed({
        "system.yaml": [
          ["default: a_", "default: b_"],
          ["Switch the mail off.", "Leave it."],
        ],
        "inbound/users.yaml": [
          ["case: lower", "case: upper"],
          ["username: anna,", "username: ANNA,"],
          ["  email: mail\n", "  email: mail\n  phone: phone\n"],
          ['when: login == "guest"', 'when: login == "guest" || id == 0'],
          ["else: warning", "else: flag"],
        ],
        "outbound/users.yaml": [["truncate: 20", "truncate: 19"]],
      }),
    ),
  ).toEqual([
    "parameter `prefix` was a_, and is now b_",
    "extract `people` has changed",
    "table `person` has changed",
    "reference table `states` has changed",
    "condition before a load `mail-off` has changed",
    "control total `user` has changed",
    "inbound acme/users: rule `guest` excluded where `login` is “guest”, and now does where `login` is “guest” or `id` is 0",
    "inbound acme/users: `username`: was taken from `login`, in small letters; is now taken from `login`, in capital letters",
    "inbound acme/users: `phone` is new: taken from `phone`",
    "inbound acme/users: check `active-has-mail` has changed",
    "outbound acme/users: `person.login`: was taken from `username`, cut to 20 characters; is now taken from `username`, cut to 19 characters",
  ]);
});

test("a mapping that came or went", () => {
  const { "outbound/users.yaml": _, ...without } = acme;
  expect(diff(without)).toEqual(["outbound acme/users: the mapping is gone"]);
});

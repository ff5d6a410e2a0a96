import { describe, expect, it } from "vitest";
import { celValue, ExpressionCompiler, ExpressionError, internal } from "../src/expression.js";

const names = ["status", "score", "n", "t", "m", "completedAt", "course", "param", "list", "type"];
const compiler = new ExpressionCompiler(names);
const run = (text: string, values: Record<string, unknown> = {}): unknown =>
  compiler
    .compile(text)
    .evaluate(Object.fromEntries(names.map((name) => [internal(name), values[name] ?? null])));

function problem(text: string): ExpressionError {
  try {
    compiler.compile(text);
  } catch (error) {
    return error as ExpressionError;
  }
  throw new Error("compiled");
}

describe("expressions", () => {
  it("compare texts, numbers and nulls", () => {
    expect(run('status != "completed" || completedAt != null', { status: "completed" })).toBe(false);
    expect(run('type == "badge"', { type: "badge" })).toBe(true);
    expect(run("n == 5 && n > 4.5 && n in [4, 5]", { n: celValue(5, "integer") })).toBe(true);
    expect(run("score >= 87.5 && score < 100", { score: celValue("87.50", "decimal") })).toBe(true);
    expect(run("score == 100", { score: celValue("100.00000", "decimal") })).toBe(true);
    expect(run("n == 1", { n: celValue("1", "integer") })).toBe(true);
    expect(run("n == true", { n: celValue(1, "boolean") })).toBe(true);
    expect(run("score / n * 2 > 1", { score: 1.5, n: 2n })).toBe(true);
    expect(run('param.zone == "UTC"', { param: { zone: "UTC" } })).toBe(true);
    expect(run('list.exists(x, x == "a") && "b" in list', { list: ["a", "b"] })).toBe(true);
    expect(run('has(m.a) && m["a"] == "1"', { m: celValue({ a: "1" }, "map") })).toBe(true);
  });

  it("fail on null where CEL does", () => {
    expect(() => run("score > 5")).toThrow(/no such overload/);
    expect(run("score != null && score > 5")).toBe(false);
  });

  it("match in linear time", () => {
    const hostile = `${"a".repeat(50_000)}!`;
    const start = performance.now();
    expect(run('status.matches("^(a+)+$")', { status: hostile })).toBe(false);
    expect(run("status.matches(t)", { status: hostile, t: "(a|aa)+$" })).toBe(false);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("see nothing but what they are given", () => {
    for (const text of ["constructor == null", "__proto__ == null", "globalThis == null", "process.exit()"]) {
      expect(() => compiler.compile(text)).toThrow(ExpressionError);
    }
    expect(() => run("m.constructor", { m: celValue({ a: "1" }, "map") })).toThrow(/No such key/);
    expect(() => run('m["__proto__"]', { m: celValue({ a: "1" }, "map") })).toThrow(/No such key/);
  });

  it("tell what they read", () => {
    const found = compiler.compile('course.id == n && list.all(x, x != status) && param.zone == "n"');
    expect(found.roots.toSorted()).toEqual(["course", "list", "n", "param", "status"]);
    expect(found.members).toEqual(["course.id", "param.zone"]);
  });

  it("say where they are wrong", () => {
    expect(problem("status == ").offset).toBe(10);
    expect(problem('statuss == "x"')).toMatchObject({ unknownName: "statuss", offset: 0 });
    expect(problem('status.matches("(")').message).toContain("regular expression");
  });
});

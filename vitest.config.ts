import { defineConfig } from "vitest/config";

// Our own packages are tested from source. "import" must not stand here: vitest hands the list to
// node, which would then answer a CommonJS library's `require` with an ES module.
const conditions = ["cutover-source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: ["./packages/testkit/src/vitest-setup.ts"],
    // Far beyond what any test takes: a bound for what hangs, also on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});

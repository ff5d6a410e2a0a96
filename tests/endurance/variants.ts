import type { Variant } from "./variant.js";

/** Everything `pnpm test:endurance` tries, each for its share of the budget. */
export const variants: readonly Variant[] = [];

import * as fc from "fast-check";
import { hostileTokens, signs } from "./tokens.js";

/** One thing that goes wrong with a file. Places are parts of a million, so that they fit a file of any length. */
export type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "remove" | "double" | "swap"; readonly at: number; readonly length: number }
  | { readonly kind: "splice"; readonly at: number; readonly token: string; readonly times: number }
  | { readonly kind: "bytes"; readonly at: number; readonly bytes: readonly number[] };

const million = 1_000_000;
const at = fc.nat(million);
const length = fc.oneof(fc.nat(8), fc.nat(400));

const mutation = (tokens: readonly string[] = []): fc.Arbitrary<Mutation> =>
  fc.oneof(
    fc.record({ kind: fc.constant("flip" as const), at, bit: fc.nat(7) }),
    { arbitrary: fc.record({ kind: fc.constant("cut" as const), at }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constantFrom("remove", "double", "swap"), at, length }), weight: 2 },
    {
      arbitrary: fc.record({
        kind: fc.constant("splice" as const),
        at,
        token: fc.constantFrom(...hostileTokens, ...signs, ...signs, ...tokens, ...tokens),
        times: fc.oneof({ arbitrary: fc.constant(1), weight: 20 }, fc.constantFrom(2, 3, 100, 20_000)),
      }),
      weight: 5,
    },
    fc.record({
      kind: fc.constant("bytes" as const),
      at,
      bytes: fc.array(fc.nat(255), { minLength: 1, maxLength: 4 }),
    }),
  );

/** Some things that go wrong with one file. */
export const mutations = (tokens?: readonly string[]): fc.Arbitrary<readonly Mutation[]> =>
  fc.array(mutation(tokens), { maxLength: 6, size: "max" });

/** UTF-8, lone surrogates too, as a program writes them that knows no better. */
const bytesOf = (text: string): Buffer =>
  text.isWellFormed()
    ? Buffer.from(text)
    : Buffer.concat(
        Array.from(text, (char) => {
          if (char.isWellFormed()) return Buffer.from(char);
          const code = char.charCodeAt(0);
          return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
        }),
      );

function mutateOnce(file: Buffer, mutation: Mutation): Buffer {
  const place = Math.floor((mutation.at / million) * file.length);
  const before = file.subarray(0, place);
  const after = file.subarray(place);
  switch (mutation.kind) {
    case "flip": {
      const copy = Buffer.from(file);
      if (place < copy.length) copy[place]! ^= 1 << mutation.bit;
      return copy;
    }
    case "cut":
      return before;
    case "remove":
      return Buffer.concat([before, after.subarray(mutation.length)]);
    case "double":
      return Buffer.concat([before, after.subarray(0, mutation.length), after]);
    case "swap":
      return Buffer.concat([
        before,
        after.subarray(mutation.length, mutation.length * 2),
        after.subarray(0, mutation.length),
        after.subarray(mutation.length * 2),
      ]);
    case "splice":
      return Buffer.concat([before, bytesOf(mutation.token.repeat(mutation.times)), after]);
    case "bytes":
      return Buffer.concat([before, Buffer.from(mutation.bytes), after]);
  }
}

/** A file after all that went wrong with it. */
export const mutate = (file: Buffer, all: readonly Mutation[]): Buffer => all.reduce(mutateOnce, file);

import { boolean } from "./boolean.js";
import { letterCase } from "./case.js";
import { characters } from "./characters.js";
import { coalesce } from "./coalesce.js";
import { collapse } from "./collapse.js";
import { collect } from "./collect.js";
import { count } from "./count.js";
import { country } from "./country.js";
import { date } from "./date.js";
import { defaultTo } from "./default.js";
import { duration } from "./duration.js";
import { earliest, latest } from "./extreme.js";
import { email } from "./email.js";
import { epoch } from "./epoch.js";
import { get } from "./get.js";
import { hash } from "./hash.js";
import { html } from "./html.js";
import { join } from "./join.js";
import { json } from "./json.js";
import { language } from "./language.js";
import { lookup } from "./lookup.js";
import { map } from "./map.js";
import { match } from "./match.js";
import { multilang } from "./multilang.js";
import { multiply } from "./multiply.js";
import { number } from "./number.js";

import { prefix } from "./prefix.js";
import { ref } from "./ref.js";
import { round } from "./round.js";
import { split } from "./split.js";
import type { Step } from "./step.js";
import { strip } from "./strip.js";
import { template } from "./template.js";
import { toCredits } from "./to-credits.js";
import { trim } from "./trim.js";
import { truncate } from "./truncate.js";
import { unicode } from "./unicode.js";
import { values } from "./values.js";
import { zone } from "./zone.js";

/** Every step of the language by its name, in the order of the reference page. */
export const steps: ReadonlyMap<string, Step> = new Map(
  [
    trim,
    collapse,
    letterCase,
    unicode,
    truncate,
    prefix,
    strip,
    match,
    characters,
    html,
    multilang,
    split,
    join,
    template,
    coalesce,
    defaultTo,
    collect,
    json,
    get,
    values,
    count,
    number,
    multiply,
    round,
    boolean,
    date,
    epoch,
    duration,
    earliest,
    latest,
    map,
    lookup,
    ref,
    email,
    country,
    language,
    zone,
    hash,
    toCredits,
  ].map((step) => [step.name, step]),
);

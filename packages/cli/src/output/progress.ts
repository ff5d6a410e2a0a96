import type { Streams } from "./streams.js";
import { width } from "./text.js";

/** How far a piece of work is. `total` is null where it is not known. */
export interface Progress {
  readonly phase: string;
  readonly entity: string | null;
  readonly done: number;
  readonly total: number | null;
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** The rate is that of the last seconds: what was slow a while ago says nothing of what is left. */
const window = 10_000;
const longestBar = 24;
const shortestBar = 6;
const whole = (n: number): string => Math.round(n).toLocaleString("en-US");

/** `1 h 05 min`, `12 min`, `40 s`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A bar where there is room for one, with a space after it. */
function bar(share: number, room: number): string {
  const length = Math.min(longestBar, room - 1);
  if (length < shortestBar) return "";
  const full = Math.round(Math.min(1, share) * length);
  return `${"█".repeat(full)}${"░".repeat(length - full)} `;
}

/** Shows progress: a bar with rate and time left on a terminal, a line now and then elsewhere. */
export class ProgressDisplay {
  readonly #streams: Streams;
  #name = "";
  #started = 0;
  #told = 0;
  #drawn = 0;
  #samples: Sample[] = [];
  #last: Progress | null = null;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  readonly report = (progress: Progress): void => {
    const name = progress.entity === null ? progress.phase : `${progress.phase} ${progress.entity}`;
    const now = Date.now();
    if (name !== this.#name) {
      this.#end();
      this.#name = name;
      this.#started = now;
      this.#told = now;
      this.#drawn = 0;
      this.#samples = [{ at: now, done: 0 }];
    }
    this.#last = progress;
    this.#samples.push({ at: now, done: progress.done });
    while (this.#samples.length > 2 && now - this.#samples[1]!.at > window) this.#samples.shift();
    if (this.#streams.live) {
      if (now - this.#drawn < 100 && progress.done !== progress.total) return;
      this.#drawn = now;
      this.#streams.status(this.#line(progress));
    } else if (now - this.#told > window) {
      this.#told = now;
      this.#streams.log(this.#line(progress));
    }
  };

  stop(): void {
    this.#end();
    this.#name = "";
  }

  /** Records a second; null while there is nothing to tell it from. */
  #rate(): number | null {
    const [first, last] = [this.#samples[0]!, this.#samples.at(-1)!];
    return last.at - first.at < 200 ? null : (last.done - first.done) / ((last.at - first.at) / 1000);
  }

  #line({ done, total }: Progress): string {
    const rate = this.#rate();
    const parts = [
      ...(total === null || total === 0 ? [] : [`${Math.floor((done / total) * 100)}%`]),
      ...(total === null ? (done === 0 ? [] : [whole(done)]) : [`${whole(done)} of ${whole(total)}`]),
      ...(rate === null ? [] : [`${whole(rate)}/s`]),
      ...(rate === null || rate <= 0 || total === null || done >= total
        ? []
        : [`${duration((total - done) / rate)} left`]),
    ].join(" · ");
    if (!this.#streams.live) return parts === "" ? this.#name : `${this.#name}: ${parts}`;
    if (parts === "") return this.#name;
    if (total === null || total === 0) return `${this.#name} · ${parts}`;
    const name = this.#name.padEnd(20);
    return `${name} ${bar(done / total, this.#streams.statusWidth - width(name) - width(parts) - 1)}${parts}`;
  }

  #end(): void {
    this.#streams.status(null);
    const last = this.#last;
    this.#last = null;
    const seconds = (Date.now() - this.#started) / 1000;
    if (last === null || seconds < 1) return;
    this.#streams.log(
      `${this.#name}: ${whole(last.done)} in ${duration(seconds)}, ${whole(last.done / seconds)}/s`,
    );
  }
}

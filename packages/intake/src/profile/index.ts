export { effortRates, type EffortRates } from "./effort.js";
export { profileSource, type ProfileOptions } from "./profile-source.js";
export {
  suspicions,
  type ColumnProfile,
  type DateProfile,
  type Effort,
  type EffortLine,
  type ExtractProfile,
  type KeyProfile,
  type MappingProfile,
  type NumberProfile,
  type Personal,
  type PersonalKind,
  type Profile,
  type Rejected,
  type Suspicion,
  type SuspicionCode,
} from "./types.js";

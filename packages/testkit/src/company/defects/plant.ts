import type { Company } from "../company.js";
import type { Label } from "../labels.js";
import { plantInAwards } from "./awards.js";
import { plantInHr } from "./hr.js";
import { plantHostileRows, plantInPeople } from "./people.js";
import { Planter } from "./planter.js";
import { plantInTraining } from "./training.js";
import { plantInTranscript } from "./transcript.js";

/** Plants every kind of defect in a flawless company. People first: what belongs to them is spared later. */
export function plantDefects(company: Company): readonly Label[] {
  const planter = new Planter(company);
  plantInPeople(planter);
  plantHostileRows(planter);
  plantInHr(planter);
  plantInTraining(planter);
  plantInTranscript(planter);
  plantInAwards(planter);
  return planter.finish();
}

export { nearest, suggest } from "@cutover/model";

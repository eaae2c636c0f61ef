// Begins what the page does beyond its links and forms: everything works without, but slower.
import { begin as live } from "./live.js";
import { begin as keys } from "./keys.js";
import { begin as matrix } from "./matrix.js";
import { begin as report } from "./report.js";
import { begin as model } from "./model.js";

live();
keys();
matrix();
report();
model();

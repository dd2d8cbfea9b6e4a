/** Prints, as JSON, the template as test/wiring transforms it, for compare_transform.py to hold against SAM's own. */

import { declared } from "../../test/stack/template/source.ts";
import { transform } from "../../test/wiring/sam.ts";

console.log(JSON.stringify(transform(declared).Resources));

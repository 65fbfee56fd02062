import workerpool from "workerpool";
import { addOne, compute } from "./tasks.mjs";

workerpool.worker({ addOne, compute });

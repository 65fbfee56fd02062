/** Variable by which an agent says what the one file of a worker's whole program is to be: a process of its own, and no function of Lambda. */
export const PROCESS_ENTRY_VARIABLE = "NODEWREN_ENTRY";
export const PROCESS_ENTRY = "process";

/** Settings of a Ceph cluster that is one reader, one storage daemon in memory, and one gateway, all on loopback. */

export interface ClusterPlace {
  folder: string;
  id: string;
  monitorPort: number;
  /** What all objects may take. */
  bytes: number;
}

/** The reader's address in the form that Ceph's tools take. */
export function monitorAddress({ monitorPort }: ClusterPlace): string {
  return `[v2:127.0.0.1:${monitorPort}]`;
}

export function configFile(place: ClusterPlace): string {
  const settings = { ...network(place), ...files(place), ...SINGLE, ...QUICK, ...inMemory(place) };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return ["[global]", ...lines, ""].join("\n");
}

function network(place: ClusterPlace) {
  return {
    fsid: place.id,
    "mon host": monitorAddress(place),
    "public network": "127.0.0.0/8",
    "auth allow insecure global id reclaim": false,
  };
}

function files({ folder }: ClusterPlace) {
  return {
    keyring: `${folder}/keyring`,
    "mon data": `${folder}/mon`,
    "osd data": `${folder}/osd`,
    "rgw data": `${folder}/rgw`,
    "run dir": `${folder}/run`,
    "log file": `${folder}/$name.log`,
    "admin socket": "",
    "pid file": "",
  };
}

/** One copy of everything is enough, and one placement group a pool. */
const SINGLE = {
  "osd pool default size": 1,
  "osd pool default min size": 1,
  "osd pool default pg num": 1,
  "osd pool default pgp num": 1,
  "osd pool default pg autoscale mode": "off",
  "osd crush chooseleaf type": 0,
  "mon allow pool size one": true,
  "mon max pg per osd": 1000,
};

/** The reader gathers changes for a second before it agrees on them: with some ten pools to be made, that was most of the start. */
const QUICK = {
  "paxos propose interval": 0.02,
  "paxos min wait": 0.01,
};

/** A disk that is nearly full is none of this cluster's business. */
function inMemory({ bytes }: ClusterPlace) {
  return {
    "osd objectstore": "memstore",
    "memstore device bytes": bytes,
    "mon data avail crit": 0,
    "mon osd nearfull ratio": 0.97,
    "mon osd backfillfull ratio": 0.98,
    "mon osd full ratio": 0.99,
    "osd failsafe full ratio": 0.995,
  };
}

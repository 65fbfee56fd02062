import { untouchedRealm } from "../inspect/realm.js";
import { isObject } from "../is-object.js";

/**
 * Which members built-in objects have by themselves, so that what the program added is told from them. For the language's
 * they are read from a realm that no program has changed; for those of Node that hold more than functions they are listed.
 */
const byPlace = new Map<string, ReadonlySet<PropertyKey> | undefined>();

/** Own keys that the object at a place (`Math`, `Array.prototype`) comes with; undefined where no list is to be had. */
export function givenMembers(place: string): ReadonlySet<PropertyKey> | undefined {
  if (!byPlace.has(place)) byPlace.set(place, NODES[place] ?? inFreshRealm(place));
  return byPlace.get(place);
}

/** What Node gives to classes of the language: symbols that older engines lack, and how it writes stacks. */
const ADDED_BY_NODE: Readonly<Record<string, readonly string[]>> = {
  Symbol: ["dispose", "asyncDispose"],
  Error: ["prepareStackTrace"],
};

function inFreshRealm(place: string): ReadonlySet<PropertyKey> | undefined {
  const [global = "", ...members] = place.split(".");
  const realm: object = untouchedRealm();
  if (!Object.hasOwn(realm, global)) return undefined;
  const read = (from: unknown, key: string): unknown => (isObject(from) ? Reflect.get(from, key) : undefined);
  const object = [global, ...members].reduce(read, realm as unknown);
  return isObject(object) ? new Set([...Reflect.ownKeys(object), ...(ADDED_BY_NODE[place] ?? [])]) : undefined;
}

/** Names that Node 20 to 26 give their `process`, besides what it inherits. */
const PROCESS = `_debugEnd _debugProcess _events _eventsCount _exiting _fatalException _getActiveHandles _getActiveRequests
_handleQueue _kill _linkedBinding _maxListeners _preload_modules _rawDebug _startProfilerIdleNotifier
_stopProfilerIdleNotifier _tickCallback abort allowedNodeEnvironmentFlags arch argv argv0 assert availableMemory binding
channel chdir config connected constrainedMemory cpuUsage cwd debugPort disconnect dlopen domain emitWarning env execArgv
execPath execve exit exitCode features finalization getActiveResourcesInfo getBuiltinModule getegid geteuid getgid
getgroups getuid hasUncaughtExceptionCaptureCallback hrtime initgroups isDebug kill loadEnvFile mainModule memoryUsage
moduleLoadList nextTick noDeprecation openStdin permission pid platform ppid reallyExit ref release report resourceUsage
send setSourceMapsEnabled setUncaughtExceptionCaptureCallback setegid seteuid setgid setgroups setuid sourceMapsEnabled
stderr stdin stdout threadCpuUsage throwDeprecation title traceDeprecation traceProcessWarnings umask unref uptime
version versions`;

const CONSOLE = `Console _ignoreErrors _stderr _stderrErrorHandler _stdout _stdoutErrorHandler _times assert clear context count
countReset createTask debug dir dirxml error group groupCollapsed groupEnd info log profile profileEnd table time timeEnd
timeLog timeStamp trace warn`;

const NODES: Readonly<Record<string, ReadonlySet<PropertyKey>>> = {
  process: new Set(PROCESS.split(/\s+/)),
  console: new Set(CONSOLE.split(/\s+/)),
};

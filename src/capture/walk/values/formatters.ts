import { isDeepStrictEqual } from "node:util";

type Formatter = new (locale?: string, options?: object) => { resolvedOptions(): object };

/** What is formatted to see whether two formatters do the same. */
const NUMBERS = [0, -0, 1, -1_234_567.891, 0.000_123, 1e21, Number.NaN, 12_345n];
const DATES = [0, 946_684_799_999, 1_730_811_845_067];

const { DateTimeFormat, NumberFormat, Locale } = Intl;
const OTHERS = ["Collator", "PluralRules", "RelativeTimeFormat", "ListFormat", "DisplayNames", "Segmenter"] as const;

/** Classes of `Intl`, and what their constructors have to be given for an object that does the same. */
export const FORMATTERS = [
  { maker: Locale, args: (value: object) => [Locale.prototype.toString.call(value)] },
  formatter(NumberFormat, (made: Intl.NumberFormat) =>
    NUMBERS.map((one) => NumberFormat.prototype.formatToParts.call(made, one)),
  ),
  formatter(DateTimeFormat, (made: Intl.DateTimeFormat) =>
    DATES.map((one) => DateTimeFormat.prototype.formatToParts.call(made, one)),
  ),
  ...OTHERS.flatMap((name) => (name in Intl ? formatter(Intl[name] as unknown as Formatter, () => []) : [])),
];

/**
 * A formatter tells what its options came to, and most are made again of that. Not all: so one is made here and compared, and
 * where it differs there are no arguments.
 */
function formatter<T extends object>(maker: new (...given: never[]) => T, show: (made: T) => unknown) {
  const Maker = maker as unknown as Formatter;
  const optionsOf = (value: object): Record<string, unknown> => Maker.prototype.resolvedOptions.call(value);
  const args = (value: object): unknown[] | undefined => {
    const { locale, hour12, ...options } = optionsOf(value);
    const twin = new Maker(locale as string, options);
    const isAlike = isDeepStrictEqual(
      { ...optionsOf(twin) },
      { locale, ...(hour12 !== undefined && { hour12 }), ...options },
    );
    return isAlike && isDeepStrictEqual(show(twin as T), show(value as T)) ? [locale, options] : undefined;
  };
  return { maker: Maker as unknown as new (...given: never[]) => object, args };
}

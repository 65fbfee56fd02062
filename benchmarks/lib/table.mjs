/** Rows of { name, values } as a Markdown table; each value is shown with its ratio to that of the first row. */
export function table(title, columns, rows) {
  const [first] = rows;
  const cell = (value, i) => {
    if (value === null || value === undefined) return "–";
    const ratio = value / first.values[i];
    return rows[0].values[i] === value ? format(value) : `${format(value)} (${ratio.toPrecision(2)}×)`;
  };
  return [
    `### ${title}`,
    "",
    `| | ${columns.join(" | ")} |`,
    `|---|${columns.map(() => "---:|").join("")}`,
    ...rows.map(({ name, values }) => `| ${name} | ${values.map(cell).join(" | ")} |`),
    "",
  ].join("\n");
}

function format(value) {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

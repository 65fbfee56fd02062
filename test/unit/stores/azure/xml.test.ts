import { expect, it } from "vitest";
import { elements, textIn, unescaped } from "../../../../src/stores/azure/xml.js";

it("finds elements of a name, with their attributes, and no others that begin so", () => {
  const xml = '<Blobs><Blob><Name Encoded="true">a%FFb</Name></Blob><Blob><Name>c</Name></Blob></Blobs>';
  expect(elements(xml, "Name")).toEqual([
    { attributes: ' Encoded="true"', content: "a%FFb" },
    { attributes: "", content: "c" },
  ]);
  expect(elements(xml, "Blob")).toHaveLength(2);
  expect(textIn(xml, "Missing")).toBe("");
  expect(textIn("<NextMarker />", "NextMarker")).toBe("");
});

it("reads what is escaped once, and leaves what is no entity", () => {
  expect(unescaped("a&lt;b&gt;&amp;lt;&quot;&apos;&#65;&#x1F600;&nothing;&")).toBe("a<b>&lt;\"'A😀&nothing;&");
});

import { expect, test } from "vitest";
import { Template } from "./template.ts";

const TEXT = `
Parameters:
  Ladder: { Type: String, Default: small, AllowedValues: [small, large] }
  Sites: { Type: CommaDelimitedList, Default: "a,b" }
  Secret: { Type: String }
Mappings:
  Heights:
    small: { Top: 360 }
    large: { Top: 1080 }
Conditions:
  IsLarge: !Equals [!Ref Ladder, large]
  IsSmall: !Not [!Condition IsLarge]
Globals:
  Function: { Timeout: 7 }
Resources:
  Table: { Type: "AWS::DynamoDB::Table" }
  OnlyLarge: { Type: "Test::Thing", Condition: IsLarge }
  OnlySmall: { Type: "Test::Thing", Condition: IsSmall }
  Thing:
    Type: Test::Thing
    Properties:
      Height: !FindInMap [Heights, !Ref Ladder, Top]
      Size: !If [IsLarge, 12, !Ref AWS::NoValue]
      Items: [a, !If [IsLarge, b, !Ref AWS::NoValue], c]
      Sites: !Join [" ", !Ref Sites]
      Region: !Select [1, !Split ["-", !Ref AWS::Region]]
      Table: !Ref Table
      Arn: !Sub "arn:\${Table.Arn}/\${!literal}/\${AWS::Region}/\${Own}/\${Table}"
      Address: !Select [2, !Split ["/", !GetAtt Url.FunctionUrl]]
      WithOwn: !Sub ["\${Own}-\${Ladder}", { Own: !Ref Table }]
      Secret: !Ref Secret
`;

const thing = (options = {}) => new Template(TEXT, options).resource("Thing").properties;

test("a parameter keeps its default until a value is given", () => {
  expect(thing().at("Height").number()).toBe(360);
  expect(
    thing({ parameters: { Ladder: "large" } })
      .at("Height")
      .number(),
  ).toBe(1080);
});

test("a value that the template doesn't allow is refused with those that it does", () => {
  expect(() => thing({ parameters: { Ladder: "huge" } })).toThrow(
    /Ladder is "huge", but must be one of small, large/,
  );
});

test("a parameter that the template doesn't declare is refused by name", () => {
  expect(() => thing({ parameters: { Lader: "large" } })).toThrow("no parameter Lader");
});

test("AWS::NoValue takes the property or the item away", () => {
  expect(thing().at("Size").exists).toBe(false);
  expect(thing().at("Items").raw).toEqual(["a", "c"]);
  expect(thing({ parameters: { Ladder: "large" } }).at("Items").raw).toEqual(["a", "b", "c"]);
});

test("a list parameter is a list", () => {
  expect(thing().at("Sites").text()).toBe("a b");
});

test("pseudo parameters, Select and Split give text", () => {
  expect(thing().at("Region").text()).toBe("east");
});

test("a reference that nothing is bound to stays symbolic, also through Select and Split", () => {
  expect(thing().at("Table").text()).toBe(`\${Table}`);
  expect(thing().at("Address").text()).toBe(`\${Url.FunctionUrl}`);
});

test("Sub fills in what is known and keeps literals", () => {
  expect(thing().at("Arn").text()).toBe(`arn:\${Table.Arn}/\${literal}/us-east-1/\${Own}/\${Table}`);
  expect(thing().at("WithOwn").text()).toBe(`\${Table}-small`);
});

test("bound references are filled in", () => {
  const bound = thing({
    refs: { Table: "seats" },
    attributes: { "Table.Arn": "table-arn", "Url.FunctionUrl": "https://pages/" },
  });
  expect(bound.at("Table").text()).toBe("seats");
  expect(bound.at("Arn").text()).toContain("arn:table-arn/");
  expect(bound.at("Address").text()).toBe("pages");
});

test("a resource whose condition doesn't hold isn't there", () => {
  const ids = (options = {}) => new Template(TEXT, options).resourcesOf("Test::Thing").map(({ id }) => id);
  expect(ids()).toEqual(["OnlySmall", "Thing"]);
  expect(ids({ parameters: { Ladder: "large" } })).toEqual(["OnlyLarge", "Thing"]);
  expect(() => new Template(TEXT).resource("OnlyLarge")).toThrow("no resource OnlyLarge");
});

test("reading a value as the wrong kind says where it stands and what it is", () => {
  expect(() => thing().at("Items").text()).toThrow('Thing.Properties.Items is ["a","c"], but must be text');
  expect(() => thing().at("Missing", "Deeper").number()).toThrow(
    "Thing.Properties.Missing.Deeper is missing",
  );
});

test("globals are evaluated too", () => {
  expect(new Template(TEXT).globals("Function").at("Timeout").number()).toBe(7);
});

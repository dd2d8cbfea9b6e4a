/** Raw reports are kept where nobody else reads them, no longer than was said, and Athena finds them. */

import { REPORTS_FOLDER } from "../../../functions/insights/raw-reports.ts";
import { COLUMNS } from "../../../functions/insights/raw-rows.ts";
import { Athena } from "../../doubles/athena.ts";
import { list, map } from "../distributions.ts";
import { matches, type Statement } from "../iam.ts";
import type { Rule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";

/** What Glue's catalog says of a folder with lines of JSON. */
const LINES_OF_JSON = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
};

/** Athena takes no fewer; a terabyte costs five dollars. */
const LEAST_CUTOFF = 10_000_000;
const MOST_CUTOFF = 100_000_000_000;

export const rawReportRules: Readonly<Record<string, Rule>> = {
  *"a bucket is nobody else's: no public access, encrypted, and by TLS only"({ stack }) {
    for (const bucket of stack.ofType("AWS::S3::Bucket")) {
      const { PublicAccessBlockConfiguration, BucketEncryption } = bucket.properties;
      for (const name of [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
      ])
        if (map(PublicAccessBlockConfiguration)[name] !== true) yield `${bucket.id} doesn't ${name}`;
      const [encryption] = list(map(BucketEncryption)["ServerSideEncryptionConfiguration"]);
      if (map(encryption?.["ServerSideEncryptionByDefault"])["SSEAlgorithm"] !== "AES256")
        yield `${bucket.id} isn't encrypted`;
      const arn = String(bucket.identity.attributes["Arn"]);
      for (const resource of [arn, `${arn}/key`]) {
        const isDenied = (secure: string) =>
          denialsOn(stack, bucket).some((statement) =>
            matches(statement, {
              principal: "*",
              action: "s3:GetObject",
              resource,
              context: { "aws:SecureTransport": secure },
            }),
          );
        if (!isDenied("false")) yield `${resource} can be read in the clear`;
        if (isDenied("true")) yield `${resource} can't be read`;
      }
    }
  },

  *"a bucket empties itself, and outlives its stack, which can't delete a full one"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::S3::Bucket")) {
      const rules = list(map(properties["LifecycleConfiguration"])["Rules"]);
      const days = rules.find(({ Status }) => Status === "Enabled")?.["ExpirationInDays"];
      if (String(days) !== String(stack.parameter("RawReportDays")))
        yield `${id} keeps objects for ${days} days`;
      const uploads = rules.map((rule) => map(rule["AbortIncompleteMultipartUpload"])["DaysAfterInitiation"]);
      if (!uploads.every((each) => Number(each) >= 1 && Number(each) <= 7))
        yield `${id} keeps what never became an object`;
      const { DeletionPolicy, UpdateReplacePolicy } = map(stack.declared.Resources[id]);
      if (DeletionPolicy !== "Retain" || UpdateReplacePolicy !== "Retain") yield `${id} goes with its stack`;
    }
  },

  *"without a bucket there is nothing for Athena to look at"({ stack }) {
    const kinds = [
      "AWS::Glue::Database",
      "AWS::Glue::Table",
      "AWS::Athena::WorkGroup",
      "AWS::Athena::NamedQuery",
    ];
    if (stack.ofType("AWS::S3::Bucket").length === 0)
      for (const { id } of stack.ofType(...kinds)) yield `${id} is there without a bucket`;
  },

  *"the table has the columns that the code writes, a partition for each day, and lies where the code puts them"({
    stack,
  }) {
    for (const { id, properties } of stack.ofType("AWS::Glue::Table")) {
      const { TableType, PartitionKeys, Parameters, StorageDescriptor } = map(properties["TableInput"]);
      const { Columns, Location, ...format } = map(StorageDescriptor);
      const columns = Object.fromEntries(list(Columns).map(({ Name, Type }) => [Name, Type]));
      if (JSON.stringify(columns) !== JSON.stringify(COLUMNS))
        yield `${id} has other columns than the code writes`;
      if (JSON.stringify(format) !== JSON.stringify(LINES_OF_JSON)) yield `${id} isn't of lines of JSON`;
      if (TableType !== "EXTERNAL_TABLE") yield `${id} is no table of a bucket's`;
      const buckets = stack.ofType("AWS::S3::Bucket").map(({ identity }) => identity.ref);
      if (!buckets.some((bucket) => Location === `s3://${bucket}/${REPORTS_FOLDER}`))
        yield `${id} lies at ${Location}`;
      const [partition, ...more] = list(PartitionKeys);
      const day = String(partition?.["Name"]);
      if (day !== "dt" || partition?.["Type"] !== "string" || more.length > 0)
        yield `${id} has other partitions`;
      const projected = {
        "projection.enabled": "true",
        [`projection.${day}.type`]: "date",
        [`projection.${day}.format`]: "yyyy-MM-dd",
        [`projection.${day}.range`]: `NOW-${stack.parameter("RawReportDays")}DAYS,NOW`,
      };
      if (JSON.stringify(Parameters) !== JSON.stringify(projected))
        yield `${id} has other days than the bucket`;
      const catalogs = [
        properties["CatalogId"],
        databaseOf(stack, properties["DatabaseName"])?.["CatalogId"],
      ];
      if (catalogs.some((catalog) => catalog !== stack.place.account))
        yield `${id} is in no catalog of its own`;
    }
  },

  *"each saved query is answered by the table, and asked where answers have a place and a lid"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::Athena::NamedQuery")) {
      const { Database, WorkGroup, QueryString } = properties;
      if (!databaseOf(stack, Database)) yield `${id} asks no database`;
      if (!stack.find("AWS::Athena::WorkGroup", WorkGroup)) yield `${id} is of no work group`;
      try {
        Athena.of(stack.template).query(String(QueryString));
      } catch (error) {
        yield `${id}: ${error}`;
      }
    }
    for (const { id, properties } of stack.ofType("AWS::Athena::WorkGroup")) {
      const settings = map(properties["WorkGroupConfiguration"]);
      const { OutputLocation, EncryptionConfiguration } = map(settings["ResultConfiguration"]);
      const [, bucket, folder] = /^s3:\/\/([^/]+)\/(\w+\/)$/.exec(String(OutputLocation)) ?? [];
      if (!stack.find("AWS::S3::Bucket", bucket) || folder !== "results/")
        yield `${id} answers at ${OutputLocation}`;
      if (map(EncryptionConfiguration)["EncryptionOption"] !== "SSE_S3")
        yield `${id}'s answers aren't encrypted`;
      const cutoff = Number(settings["BytesScannedCutoffPerQuery"]);
      if (!(cutoff >= LEAST_CUTOFF && cutoff <= MOST_CUTOFF)) yield `${id} lets a query read ${cutoff} bytes`;
      if (properties["RecursiveDeleteOption"] !== true) yield `${id} can't be deleted with its history`;
    }
  },
};

function denialsOn(stack: Stack, bucket: StackResource): Statement[] {
  return stack
    .ofType("AWS::S3::BucketPolicy")
    .filter(({ properties }) => stack.find(bucket.type, properties["Bucket"]) === bucket)
    .flatMap(({ properties }) => list(map(properties["PolicyDocument"])["Statement"]) as Statement[])
    .filter(({ Effect, Principal }) => Effect === "Deny" && Principal === "*");
}

function databaseOf(stack: Stack, name: unknown) {
  return stack.find("AWS::Glue::Database", name)?.properties;
}

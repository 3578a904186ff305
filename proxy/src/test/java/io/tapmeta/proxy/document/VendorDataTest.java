package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Instance;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VendorDataTest {
  /** The record's two members, and what becomes of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          null            | null                           | {}             | {"static": {}}
          {"a": 1}        | null                           | {"a": 1}       | {"static": {"a": 1}}
          null            | {"static": {"a": 1}, "d": 2}   | {"a": 1}       | {"static": {"a": 1}, "d": 2}
          {"x": 1}        | {"static": {"a": 1}}           | {"x": 1}       | {"static": {"a": 1}}
          null            | {"d": {}}                      | {}             | {"d": {}}
          null            | {"static": null}               | {}             | {"static": null}
          null            | {"static": []}                 | []             | {"static": []}
          null            | []                             | {}             | []
          null            | "text"                         | {}             | "text"
          []              | null                           | []             | {"static": []}
          "text"          | null                           | "text"         | {"static": "text"}
          false           | null                           | false          | {"static": false}
          5               | {}                             | 5              | {}
          {}              | {}                             | {}             | {}
          {"z":1,"a":{"y":[1.0,"é"],"b":null}} | null | {"z": 1, "a": {"y": [1.0, "\\u00e9"], "b": null}} | {"static": {"z": 1, "a": {"y": [1.0, "\\u00e9"], "b": null}}}
          """)
  void eachDocumentStandsInForAMissingOther(
      String vendorData, String vendorData2, String first, String second) {
    Instance instance =
        Instances.with(
            "\"name\": \"x\", \"vendor_data\": %s, \"vendor_data2\": %s"
                .formatted(vendorData, vendorData2));
    assertThat(Rendered.text(VendorData.first(instance, Optional.empty()))).isEqualTo(first);
    assertThat(Rendered.text(VendorData.second(instance, Optional.empty()))).isEqualTo(second);
    assertThat(VendorData.first(instance, Optional.empty()).contentType())
        .isEqualTo("application/json");
    assertThat(VendorData.second(instance, Optional.empty()).contentType())
        .isEqualTo("application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          null                               | null                       | []
          "#cloud-config"                    | null                       | [#cloud-config]
          ["a", "b"]                         | "c"                        | [a, b, c]
          {"cloud-init": "a"}                | {"cloud-init": ["b", "c"]} | [a, b, c]
          {"cloud-init": {"cloud-init": "a"}}| {"static": "x"}            | []
          5                                  | [null, true, "x"]          | [x]
          """)
  void cloudInitTakesTextsAndListsOfThem(String vendorData, String vendorData2, String parts) {
    Instance instance =
        Instances.with(
            "\"name\": \"x\", \"vendor_data\": %s, \"vendor_data2\": %s"
                .formatted(vendorData, vendorData2));
    assertThat(VendorData.cloudInitParts(instance, Optional.empty())).hasToString(parts);
  }
}

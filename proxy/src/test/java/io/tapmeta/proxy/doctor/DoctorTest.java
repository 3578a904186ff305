package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Captured.MAC;
import static io.tapmeta.proxy.doctor.Captured.NETWORK;
import static io.tapmeta.proxy.doctor.Captured.SHARED_TAP;
import static io.tapmeta.proxy.doctor.Captured.TAP;
import static io.tapmeta.proxy.doctor.Captured.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.doctor.Finding.Verdict;
import io.tapmeta.proxy.document.PythonJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole way, by what the programs of a real node have printed. */
class DoctorTest {
  @TempDir Path directory;

  /** What each program prints, by the end of its command line. */
  private final Map<String, String> printed = new HashMap<>();

  private final Map<String, String> pages = new HashMap<>();

  @BeforeEach
  void node() throws IOException {
    printed.put("ip -j link show", text("link.json"));
    printed.put("ip -j rule show", text("shared-rule.json"));
    printed.put("ip -j route show table 43518", text("shared-route.json"));
    printed.put("nft -j list table netdev tapmeta", text("steering.json"));
    printed.put("nft -j list table arp tapmeta", text("shared-arp.json"));
    printed.put("nft -j list table inet tapmeta", text("shared-inet.json"));
    printed.put("ip -n sdn -j address show", text("adopted-address.json"));
    printed.put("ip -j address show dev " + SHARED_TAP, "");
    printed.put("ss -Hltn sport = :9697", text("ss.txt"));
    printed.put("ip -j neigh show dev " + SHARED_TAP, text("neigh.json"));
    pages.put("/attachments", "[]");
    pages.put("/healthz", "ok");
    pages.put("/status", "{\"pid\": 1, \"sources\": {}}");
    pages.put(
        "/instances",
        """
        [{"uuid": "u", "origin": "a", "identity_only": false, "ports":
          [{"tap": "%s", "mac": "%s", "network_id": null}]}]"""
            .formatted(SHARED_TAP, MAC));
  }

  @Test
  void anAttachmentWithoutAFileIsBrokenAtOnce() {
    Diagnosis diagnosis = doctor().examine(TAP);
    assertThat(diagnosis.findings()).hasSize(1);
    assertThat(diagnosis.line()).startsWith(TAP + ": broken at file: " + directory);
  }

  @Test
  void aFileThatIsNotWholeIsNamedWithItsLine() throws IOException {
    Files.writeString(directory.resolve(TAP + ".json"), "{\"name\":");
    assertThat(doctor().examine(TAP).line()).contains(TAP + ".json:1: malformed");
  }

  @Test
  void aFileOfAnotherNameIsBroken() throws IOException {
    attach("x", "netns", "\"n\"", "md0");
    Files.move(directory.resolve("x.json"), directory.resolve("y.json"));
    assertThat(doctor().examine("y").line()).contains("name: \"x\" (expected: \"y\", as its file)");
  }

  @Test
  void aNamespaceThatIsGoneIsFoundBehindSteeringAndPair() throws IOException {
    attach(TAP, "netns", "\"tapmeta-" + TAP + "\"", "md0");
    Diagnosis diagnosis = doctor().examine(TAP);
    assertThat(diagnosis.findings()).extracting(Finding::step).endsWith(Step.VETH, Step.NAMESPACE);
    assertThat(diagnosis.line())
        .startsWith(TAP + ": broken at namespace: tapmeta-" + TAP + ": no such network namespace");
  }

  @Test
  void aSharedTapIsFollowedToItsRecord() throws IOException {
    attachShared();
    Diagnosis diagnosis = doctor().examine(SHARED_TAP);
    assertThat(diagnosis.findings())
        .extracting(Finding::step)
        .containsExactly(
            Step.FILE,
            Step.TAP,
            Step.STEERING,
            Step.ADDRESSES,
            Step.TRANSLATION,
            Step.SOCKET,
            Step.DAEMON,
            Step.NEIGHBOUR,
            Step.RECORD,
            Step.REQUESTS);
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.OK);
    assertThat(diagnosis.lines())
        .contains("ok       requests     the last 2 s ago: 200 (served); 3 answered, 0 refused\n")
        .endsWith("\n" + SHARED_TAP + ": ok\n");
  }

  @Test
  void aMissingProgramLeavesItsStepUnknownAndNamesItsPackage() throws IOException {
    attachShared();
    printed.remove("nft -j list table inet tapmeta");
    Diagnosis diagnosis = doctor().examine(SHARED_TAP);
    assertThat(diagnosis.findings())
        .contains(
            Finding.unknown(
                Step.STEERING, "nft: not found (expected: in PATH, from the package nftables)"));
    assertThat(diagnosis.broken()).isEmpty();
    assertThat(diagnosis.line())
        .startsWith(SHARED_TAP + ": nothing broken; steering: nft: not found");
  }

  @Test
  void brokenOnesComeFirst() throws IOException {
    attachShared();
    attach("z", "adopt", "\"none\"", "qd0");
    assertThat(doctor().examineAll()).extracting(Diagnosis::name).containsExactly("z", SHARED_TAP);
  }

  @Test
  void jsonHasEveryStep() throws IOException {
    attach("z", "adopt", "\"none\"", "qd0");
    PythonJson json = new PythonJson();
    doctor().examine("z").write(json);
    assertThat(json.toString())
        .startsWith("{\"name\": \"z\", \"verdict\": \"broken\", \"broken_at\": \"namespace\", ")
        .contains("\"steps\": [{\"step\": \"file\", \"verdict\": \"ok\", \"seen\": ")
        .endsWith("}]}");
  }

  private void attachShared() throws IOException {
    attach(SHARED_TAP, "shared", "null", SHARED_TAP);
    printed.compute(
        "ip -j link show",
        (_, links) ->
            String.valueOf(links).replace(TAP, SHARED_TAP).replace("\"master\"", "\"x\""));
    printed.compute(
        "ss -Hltn sport = :9697",
        (_, sockets) -> String.valueOf(sockets).replace("md0", SHARED_TAP));
    pages.put(
        "/attachments",
        """
        [{"name": "%s", "state": "listening", "why": "", "answered": 3, "refused": 0,
          "last": {"seconds_ago": 2, "status": 200, "outcome": "served"}}]"""
            .formatted(SHARED_TAP));
  }

  private void attach(String name, String mode, String netns, String device) throws IOException {
    Files.writeString(
        directory.resolve(name + ".json"),
        """
        {"name": "%s", "tap": "%s", "mode": "%s", "netns": %s,
         "interface": "%s", "network_id": "%s", "macs": []}
        """
            .formatted(name, name, mode, netns, device, NETWORK));
  }

  private Doctor doctor() {
    return new Doctor(
        new Places(directory, Path.of("/instances"), Path.of("/admin.sock"), 9697, true, false),
        this::said,
        page -> {
          String text = pages.get(page);
          if (text == null) {
            throw new IOException(page);
          }
          return text;
        });
  }

  private Said said(List<String> words) throws Unseen {
    String line = String.join(" ", words);
    if (line.startsWith("ip -n ")) {
      return new Said("ip", 255, "", "Cannot open network namespace: No such file or directory\n");
    }
    String text = printed.get(line);
    if (text == null) {
      throw new Unseen(
          words.getFirst() + ": not found (expected: in PATH, from the package nftables)");
    }
    return new Said(words.getFirst(), 0, text, "");
  }
}

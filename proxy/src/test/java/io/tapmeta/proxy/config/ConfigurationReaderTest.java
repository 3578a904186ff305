package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tapmeta.proxy.config.Audit.Target;
import io.tapmeta.proxy.config.Configuration.Admin;
import io.tapmeta.proxy.config.Configuration.Attachments;
import io.tapmeta.proxy.config.Configuration.Cache;
import io.tapmeta.proxy.config.Configuration.Guest;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.config.Configuration.Passwords;
import io.tapmeta.proxy.config.Configuration.Sources;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Budget.Part;
import io.tapmeta.resolver.instance.Policy;
import io.tapmeta.resolver.instance.Policy.Subject;
import io.tapmeta.resolver.instance.Policy.Tokens;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two tests a section: one pins every default, one maps every key to something else. No key comes
 * or goes, and no default changes, unnoticed. The upstream's are in {@link UpstreamReaderTest}.
 */
class ConfigurationReaderTest {
  @TempDir Path temp;

  @Test
  void guestDefaults() {
    assertThat(Configuration.DEFAULTS.guest())
        .isEqualTo(
            new Guest(
                9697,
                List.of(address("169.254.169.254"), address("fe80::a9fe:a9fe")),
                2,
                Duration.ofSeconds(8),
                Optional.empty(),
                new Limits(
                    8192,
                    100,
                    16_384,
                    65_536,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    32)));
  }

  @Test
  void guestKeys() throws IOException {
    assertThat(
            good("""
                    guest:
                      port: 8080
                      addresses: [192.0.2.1, "2001:db8::1"]
                      event_loops: 5
                      hold: 3s
                      hop_limit: 2
                      limits:
                        request_line: 4KiB
                        headers: 50
                        head: 32KiB
                        body: 1MiB
                        head_timeout: 1s
                        body_timeout: 2s
                        idle_timeout: 3m
                        write_timeout: 400ms
                        held: 7
                    """)
                .guest())
        .isEqualTo(
            new Guest(
                8080,
                List.of(address("192.0.2.1"), address("2001:db8::1")),
                5,
                Duration.ofSeconds(3),
                Optional.of(2),
                new Limits(
                    4096,
                    50,
                    32_768,
                    1_048_576,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(3),
                    Duration.ofMillis(400),
                    7)));
  }

  @Test
  void budgetDefaults() {
    assertThat(Configuration.DEFAULTS.budget())
        .isEqualTo(
            new Budget(
                Map.of(
                    Part.CONNECTIONS, 256,
                    Part.CONNECTIONS_PER_SECOND, 2000,
                    Part.CONNECTION_BURST, 4000,
                    Part.REQUESTS_PER_SECOND, 10_000,
                    Part.REQUEST_BURST, 20_000,
                    Part.REQUESTS_PER_CONNECTION, 1_000_000,
                    Part.BUFFERED, 4 * 1024 * 1024)));
  }

  @Test
  void budgetKeys() throws IOException {
    assertThat(good("budget:\n  request_burst: 50\n  buffered: 1MiB\n").budget())
        .isEqualTo(
            Configuration.DEFAULTS
                .budget()
                .with(new Budget(Map.of(Part.REQUEST_BURST, 50, Part.BUFFERED, 1 << 20))));
  }

  @Test
  void policyDefaults() {
    assertThat(Configuration.DEFAULTS.policy()).isEqualTo(Policy.OPEN);
  }

  @Test
  void policyKeys() throws IOException {
    assertThat(
            good("""
                    policy:
                      endpoint: false
                      deny: [ec2]
                      uniform_errors: true
                      tokens: off
                      check_source: true
                    """)
                .policy())
        .isEqualTo(
            new Policy(
                Optional.of(false),
                Optional.of(Set.of(Subject.EC2)),
                Optional.of(true),
                Optional.of(Tokens.OFF),
                Optional.of(true),
                Optional.empty()));
  }

  @Test
  void auditDefaults() {
    assertThat(Configuration.DEFAULTS.audit()).isEqualTo(new Audit(Target.OFF, 0, 5, 100));
  }

  @Test
  void auditKeys() throws IOException {
    assertThat(
            good("audit:\n  log: /a/b\n  allowed: 0.25\n  lines_per_second: 3\n  burst: 4\n")
                .audit())
        .isEqualTo(new Audit(Target.of(Path.of("/a/b")), 0.25, 3, 4));
    assertThat(good("audit: {log: stderr, allowed: 1}\n").audit())
        .isEqualTo(new Audit(Target.STDERR, 1, 5, 100));
    assertThat(good("audit: {log: off}\n").audit()).isEqualTo(Configuration.DEFAULTS.audit());
  }

  @Test
  void attachmentsDefaults() {
    assertThat(Configuration.DEFAULTS.attachments())
        .isEqualTo(new Attachments(Path.of("/run/tapmeta/attachments")));
  }

  @Test
  void attachmentsKeys() throws IOException {
    assertThat(good("attachments:\n  directory: /a/b\n").attachments())
        .isEqualTo(new Attachments(Path.of("/a/b")));
  }

  @Test
  void sourcesDefaults() {
    assertThat(Configuration.DEFAULTS.sources())
        .isEqualTo(new Sources(Path.of("/etc/tapmeta/instances")));
  }

  @Test
  void sourcesKeys() throws IOException {
    assertThat(good("sources:\n  directory: /c/d\n").sources())
        .isEqualTo(new Sources(Path.of("/c/d")));
  }

  @Test
  void cacheDefaults() {
    assertThat(Configuration.DEFAULTS.cache()).isEqualTo(new Cache(16_777_216));
  }

  @Test
  void cacheKeys() throws IOException {
    assertThat(good("cache:\n  size: 1GiB\n").cache()).isEqualTo(new Cache(1_073_741_824));
  }

  @Test
  void passwordsDefaults() {
    assertThat(Configuration.DEFAULTS.passwords())
        .isEqualTo(new Passwords(Path.of("/var/lib/tapmeta/passwords")));
  }

  @Test
  void passwordsKeys() throws IOException {
    assertThat(good("passwords:\n  directory: /p\n").passwords())
        .isEqualTo(new Passwords(Path.of("/p")));
  }

  @Test
  void adminDefaults() {
    assertThat(Configuration.DEFAULTS.admin())
        .isEqualTo(
            new Admin(
                new InetSocketAddress(address("127.0.0.1"), 9775),
                Path.of("/run/tapmeta/admin.sock")));
  }

  @Test
  void adminKeys() throws IOException {
    assertThat(good("admin:\n  listen: \"[::1]:1234\"\n  socket: /s/admin.sock\n").admin())
        .isEqualTo(
            new Admin(new InetSocketAddress(address("::1"), 1234), Path.of("/s/admin.sock")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "---\n",
        "# a site's own\n---\n# nothing yet\n",
        "{}",
        "guest: {}\nattachments: {}\nsources: {}\ncache: {}\npasswords: {}\nadmin: {}\n",
        "vendor_data: {}\n",
        "guest:\nattachments:\nsources:\ncache:\npasswords:\nvendor_data:\nupstream:\nadmin:\n",
        "guest:\n  limits: {}\n",
        "guest: {port: null, addresses: null, event_loops: null, hold: null, limits: null}\n"
      })
  void whatIsNotGivenHasItsDefault(String text) throws IOException {
    assertThat(good(text)).isEqualTo(Configuration.DEFAULTS);
  }

  @Test
  void aReadPartLeavesTheOthersAtTheirDefaults() throws IOException {
    Configuration read = good("guest:\n  limits:\n    held: 1\n");
    assertThat(read.guest().limits().held()).isEqualTo(1);
    assertThat(read.guest().limits().headers()).isEqualTo(100);
    assertThat(read.guest().port()).isEqualTo(9697);
    assertThat(read.admin()).isEqualTo(Configuration.DEFAULTS.admin());
  }

  @Test
  void jsonIsReadToo() throws IOException {
    assertThat(good("{\"guest\": {\"port\": 80}}").guest().port()).isEqualTo(80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          guest: port: 0                    | guest.port: 0 (expected: a whole number from 1 to 65535)
          guest: port: 65536                | guest.port: 65536 (expected: a whole number from 1 to 65535)
          guest: port: "80"                 | guest.port: "80" (expected: a whole number from 1 to 65535)
          guest: addresses: []              | guest.addresses: empty (expected: at least one address)
          guest: addresses: 10.0.0.1        | guest.addresses: "10.0.0.1" (expected: a list)
          guest: addresses: [localhost]     | guest.addresses[0]: "localhost" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["fe80::1%lo"]  | guest.addresses[0]: "fe80::1%lo" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["10.0.0.1", "10.0.0.1"] | guest.addresses[1]: "10.0.0.1" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["fd00::1", "fd00:0::1"] | guest.addresses[1]: "fd00:0::1" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["127.0.0.2"] | guest.addresses[0]: "127.0.0.2" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["::1"] | guest.addresses[0]: "::1" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["224.0.0.1"] | guest.addresses[0]: "224.0.0.1" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["ff02::1"] | guest.addresses[0]: "ff02::1" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["0.0.0.0"] | guest.addresses[0]: "0.0.0.0" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: addresses: ["::"] | guest.addresses[0]: "::" (expected: an IPv4 or IPv6 address, each once, no loopback, multicast or unspecified one)
          guest: hop_limit: 0               | guest.hop_limit: 0 (expected: a whole number from 1 to 64)
          guest: hop_limit: 65              | guest.hop_limit: 65 (expected: a whole number from 1 to 64)
          policy: hop_limit: 1              | policy.hop_limit: a record's (expected: the node's in guest.hop_limit)
          audit: log: on                    | audit.log: "on" (expected: off, stderr or an absolute path)
          audit: log: tapmeta.log           | audit.log: "tapmeta.log" (expected: off, stderr or an absolute path)
          audit: allowed: 1.5               | audit.allowed: 1.5 (expected: a number from 0 to 1)
          audit: allowed: -1                | audit.allowed: -1 (expected: a number from 0 to 1)
          audit: allowed: "1"               | audit.allowed: "1" (expected: a number from 0 to 1)
          audit: burst: 0                   | audit.burst: 0 (expected: a whole number from 1 to 1000000)
          guest: event_loops: 0             | guest.event_loops: 0 (expected: a whole number from 1 to 64)
          guest: event_loops: 65            | guest.event_loops: 65 (expected: a whole number from 1 to 64)
          guest: hold: 8                    | guest.hold: 8 (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: hold: 0s                   | guest.hold: "0s" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: hold: 61m                  | guest.hold: "61m" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: hold: 1 s                  | guest.hold: "1 s" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: hold: 1d                   | guest.hold: "1d" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: prot: 1                    | guest.prot: unknown key (expected: did you mean port?)
          guest: limits: {request_line: 255B} | guest.limits.request_line: "255B" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 256 to 65536 bytes)
          guest: limits: {request_line: 65KiB} | guest.limits.request_line: "65KiB" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 256 to 65536 bytes)
          guest: limits: {request_line: 4096} | guest.limits.request_line: 4096 (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 256 to 65536 bytes)
          guest: limits: {headers: 9}       | guest.limits.headers: 9 (expected: a whole number from 10 to 1000)
          guest: limits: {headers: 1001}    | guest.limits.headers: 1001 (expected: a whole number from 10 to 1000)
          guest: limits: {head: 1023B}      | guest.limits.head: "1023B" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 1024 to 262144 bytes)
          guest: limits: {body: 17MiB}      | guest.limits.body: "17MiB" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 0 to 16777216 bytes)
          guest: limits: {body: 16kb}       | guest.limits.body: "16kb" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 0 to 16777216 bytes)
          guest: limits: {head_timeout: 0ms} | guest.limits.head_timeout: "0ms" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: limits: {body_timeout: -1s} | guest.limits.body_timeout: "-1s" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: limits: {idle_timeout: 2h} | guest.limits.idle_timeout: "2h" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: limits: {write_timeout: ""} | guest.limits.write_timeout: "" (expected: a duration with its unit, such as 500ms, 30s or 5m, from 1ms to 3600s)
          guest: limits: {held: -1}         | guest.limits.held: -1 (expected: a whole number from 0 to 10000)
          guest: limits: {hold: 1}          | guest.limits.hold: unknown key (expected: did you mean held?)
          attachments: directory: run       | attachments.directory: "run" (expected: an absolute path)
          attachments: directory: "/a\\u0000b" | attachments.directory: "/a?b" (expected: an absolute path)
          attachments: dir: /a              | attachments.dir: unknown key (expected: one of directory)
          sources: directory: ./x           | sources.directory: "./x" (expected: an absolute path)
          cache: size: 2GiB                 | cache.size: "2GiB" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 0 to 1073741824 bytes)
          cache: size: 999999999GiB         | cache.size: "999999999GiB" (expected: a size with its unit, such as 512B, 16KiB or 4MiB, from 0 to 1073741824 bytes)
          passwords: directory: 5           | passwords.directory: 5 (expected: an absolute path)
          admin: listen: 9775               | admin.listen: 9775 (expected: an address and a port such as 127.0.0.1:9775)
          admin: listen: ":9775"            | admin.listen: ":9775" (expected: an address and a port such as 127.0.0.1:9775)
          admin: listen: localhost:9775     | admin.listen: "localhost:9775" (expected: an address and a port such as 127.0.0.1:9775)
          admin: listen: 127.0.0.1:65536    | admin.listen: "127.0.0.1:65536" (expected: an address and a port such as 127.0.0.1:9775)
          admin: listen: "::1:9775"         | admin.listen: "::1:9775" (expected: an address and a port such as 127.0.0.1:9775)
          admin: listen: "[127.0.0.1]:9775" | admin.listen: "[127.0.0.1]:9775" (expected: an address and a port such as 127.0.0.1:9775)
          admin: listen: "[::1]"            | admin.listen: "[::1]" (expected: an address and a port such as 127.0.0.1:9775)
          admin: socket: admin.sock         | admin.socket: "admin.sock" (expected: an absolute path)
          """)
  void eachBadValueIsNamedWithFileLineAndExpectation(String line, String expected)
      throws IOException {
    int colon = line.indexOf(':');
    String text =
        "# the faulty line is the third\n%s\n  %s\n"
            .formatted(line.substring(0, colon + 1), line.substring(colon + 2));
    Path file = write(text);
    assertThat(faults(file)).extracting(Fault::toString).containsExactly(file + ":3: " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "gest: {}, 'gest: unknown key (expected: did you mean guest?)'",
    "zzz: {}, 'zzz: unknown key (expected: one of admin, attachments, audit, budget, cache, guest,"
        + " passwords, policy, sources, upstream, vendor_data)'",
    "guest: 5, 'guest: 5 (expected: an object)'",
    "guest: [], 'guest: a list of 0 (expected: an object)'"
  })
  void sectionsAreKnownByName(String text, String expected) throws IOException {
    assertThat(faults(write(text))).extracting(Fault::what).containsExactly(expected);
  }

  @Test
  void everyFaultIsFoundInOnePass() throws IOException {
    List<Fault> faults =
        faults(
            write(
                """
                guest:
                  port: 0
                  addresses: []
                  hold: 8
                  limits:
                    held: -1
                admin:
                  listen: nowhere
                other: 1
                """));
    assertThat(faults).extracting(Fault::line).containsExactlyInAnyOrder(2, 3, 4, 6, 8, 9);
  }

  @Test
  void aKeyGivenTwiceIsAFault() throws IOException {
    assertThat(faults(write("guest:\n  port: 1\n  port: 2\n")))
        .extracting(Fault::line)
        .containsExactly(3);
  }

  @Test
  void aMissingFileIsAFaultOfTheFile() {
    Path file = temp.resolve("none.yaml");
    assertThat(faults(file))
        .extracting(Fault::toString)
        .containsExactly(file + ": no such file (expected: a configuration file)");
  }

  @Test
  void aFileThatCannotBeReadIsAFaultOfTheFile() {
    assertThat(faults(temp))
        .extracting(Fault::toString)
        .singleElement()
        .asString()
        .startsWith(temp + ": unreadable, ")
        .endsWith("(expected: a configuration file)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"guest: {", "\tguest:", "- guest", "\u0001"})
  void aMalformedFileIsRefused(String text) throws IOException {
    assertThat(faults(write(text))).isNotEmpty();
  }

  @Test
  void adminSocketLongerThanTheKernelTakesIsRefusedByItsLength() throws IOException {
    String longest = "/" + "s".repeat(106);
    assertThat(good("admin: {socket: %s}\n".formatted(longest)).admin().socket())
        .isEqualTo(Path.of(longest));
    assertThat(faults(write("admin:\n  socket: %ss\n".formatted(longest))))
        .extracting(Fault::line, Fault::what)
        .containsExactly(
            tuple(
                2, "admin.socket: 108 bytes long (expected: at most 107, as for any Unix socket)"));
    assertThat(faults(write("admin:\n  socket: /%s\n".formatted("é".repeat(54)))))
        .extracting(Fault::what)
        .containsExactly(
            "admin.socket: 109 bytes long (expected: at most 107, as for any Unix socket)");
  }

  @Test
  void pathsAreMadeNormal() throws IOException {
    assertThat(good("sources:\n  directory: /a/../b//c/\n").sources().directory())
        .isEqualTo(Path.of("/b/c"));
  }

  private Configuration good(String text) throws IOException {
    Faults faults = new Faults("good.yaml");
    Optional<Configuration> configuration = ConfigurationReader.read(write(text), faults);
    assertThat(faults.list()).isEmpty();
    return configuration.orElseThrow();
  }

  private static List<Fault> faults(Path file) {
    Faults faults = new Faults(file.toString());
    assertThat(ConfigurationReader.read(file, faults)).isEmpty();
    return faults.list();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(temp.resolve("tapmeta.yaml"), text);
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}

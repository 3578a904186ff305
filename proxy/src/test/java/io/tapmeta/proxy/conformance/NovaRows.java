package io.tapmeta.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What guests with identity only get through tapmeta, beside what a real Nova answers itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(1200)
abstract class NovaRows {
  private static final String SEED = "\"random_seed\": \"[A-Za-z0-9+/]{683}=\"";
  private static final String PASSWORDS = "D4-password.yaml";

  /** They are for proxies, and none reaches any Nova. */
  private static final Set<String> REFUSED = Set.of("CONNECT", "TRACE");

  /** A path that is no UTF-8 is refused on the way; Nova has an error that it does not catch. */
  private static final Pattern NO_TEXT = Pattern.compile("%(ff|c3$|c0|ed|80)");

  /** A version that this Nova has not. */
  private static final Pattern TOO_NEW = Pattern.compile("/2025-04-04");

  /** uwsgi takes the beginning of an escape at the end for nothing at all; on the way it is escaped. */
  private static final Pattern CUT_ESCAPE = Pattern.compile("%[0-9A-Fa-f]?$");

  private final Nova.Server server;
  private NovaNode node;

  NovaRows(Nova.Server server) {
    this.server = server;
  }

  @BeforeAll
  void start() {
    node = new NovaNode(Records.read().all(), server);
  }

  @AfterAll
  void close() {
    try (NovaNode ended = node) {
      assertThat(ended.nova().log()).doesNotContain("does not match", "is not valid");
    }
  }

  @TestFactory
  Stream<DynamicContainer> everyRequestOfTheTable() {
    return Table.read(Table.CONTRACT).stream()
        .filter(section -> !section.file().endsWith(PASSWORDS))
        .map(section -> tests(section, this::compare));
  }

  /** In chunks, byte by byte, too large and twice: with the statuses and bodies of the table. */
  @TestFactory
  Stream<DynamicContainer> passwordsGoThereAndBack() {
    return Table.read(Table.CONTRACT).stream()
        .filter(section -> section.file().endsWith(PASSWORDS))
        .map(section -> tests(section, this::checkPassword));
  }

  @Test
  void everythingThatNovaLists() {
    Set<String> seen = new HashSet<>();
    Deque<String> listings = new ArrayDeque<>(List.of("/", "/openstack"));
    while (!listings.isEmpty()) {
      String listing = listings.pop();
      Response direct = compare("web", Ask.get(listing)).orElseThrow();
      boolean ec2 = !listing.startsWith("/openstack");
      for (String line : direct.text().lines().toList()) {
        // A key is listed with its name.
        String name = line.replaceFirst("^(\\d+)=.*", "$1/").replaceFirst("/$", "");
        String path = listing.replaceFirst("/$", "") + "/" + name;
        boolean isListing =
            line.endsWith("/")
                || line.matches("\\d+=.*")
                || listing.length() < 12 && !name.contains("_");
        if (seen.add(path)) {
          if (isListing && !name.equals("user-data")) {
            listings.add(ec2 && !listing.equals("/") ? path + "/" : path);
          } else {
            compare("web", Ask.get(path));
          }
        }
      }
    }
    System.out.printf("%s lists %d paths; the same for a guest%n", server, seen.size());
    assertThat(seen).hasSizeGreaterThan(250);
  }

  private interface Check {
    void of(Row row);
  }

  private DynamicContainer tests(Table.Section section, Check check) {
    return DynamicContainer.dynamicContainer(
        section.file().getFileName().toString(),
        section.rows().stream()
            .filter(this::isForNova)
            .map(row -> DynamicTest.dynamicTest(row.name(), () -> check.of(row))));
  }

  private boolean isForNova(Row row) {
    // Session tokens are off, and that is said here, in the words of this service.
    boolean token =
        row.ask().method().equals("PUT") && row.ask().target().equals("/latest/api/token");
    return !token
        && !row.record().equals(Records.NOBODY)
        && !REFUSED.contains(row.ask().method())
        && !NO_TEXT.matcher(row.ask().target()).find()
        && !(server == Nova.Server.UWSGI && CUT_ESCAPE.matcher(row.ask().target()).find());
  }

  private void checkPassword(Row row) {
    Response got = node.answer(row.record(), row.ask());
    if (row.see().endsWith("not UTF-8")) {
      assertThat(got.status()).as("an error that Nova does not catch").isIn(500, 502);
      return;
    }
    if (TOO_NEW.matcher(row.ask().target()).find()) {
      assertThat(got.status()).isEqualTo(404);
      return;
    }
    assertThat(got.status()).as("status").isEqualTo(row.expected().status());
    row.expected().body().ifPresent(body -> assertThat(got.body()).isEqualTo(body));
    row.expected().length().ifPresent(length -> assertThat(got.body()).hasSize(length));
  }

  private void compare(Row row) {
    if (row.ask().toString().equals("POST /openstack/latest/password")) {
      // Without a length Nova alone has an error that it does not catch.
      assertThat(node.answer(row.record(), row.ask()).status()).isEqualTo(200);
      return;
    }
    compare(row.record(), row.ask());
  }

  private Optional<Response> compare(String record, Ask ask) {
    Response got = node.answer(record, ask);
    Optional<Response> direct = node.direct(record, ask);
    if (direct.isEmpty()) {
      // An error that Nova does not catch.
      assertThat(got.status()).as("instead of no answer").isEqualTo(502);
      return direct;
    }
    Response nova = direct.get();
    assertThat(got.status()).as("status").isEqualTo(nova.status());
    assertThat(got.header("Content-Type")).as("type").isEqualTo(nova.header("Content-Type"));
    assertThat(got.header("Content-Encoding")).isEqualTo(nova.header("Content-Encoding"));
    assertThat(masked(got)).as("bytes").isEqualTo(masked(nova));
    return direct;
  }

  private static String masked(Response response) {
    return new String(response.body(), StandardCharsets.ISO_8859_1).replaceFirst(SEED, "seed");
  }
}

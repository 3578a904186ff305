package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.text.Fields;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a VM may ask at all. A record's says no more than what differs from the node's.
 *
 * @param endpoint false where it gets no answers of any kind
 * @param deny what it may not ask for
 * @param uniformErrors true where what is switched off looks like what does not exist
 * @param tokens whether requests need a session token
 * @param checkSource true where it is answered at its port's fixed IPs only
 * @param hopLimit hops that its answers may take
 */
public record Policy(
    Optional<Boolean> endpoint,
    Optional<Set<Subject>> deny,
    Optional<Boolean> uniformErrors,
    Optional<Tokens> tokens,
    Optional<Boolean> checkSource,
    Optional<Integer> hopLimit) {
  /** What most systems send a packet with: more is for reaching somebody else. */
  public static final int MOST_HOPS = 64;

  /** Of {@link #hops}: as many as the system's packets may take, which is what the kernel calls it. */
  public static final int SYSTEMS_HOPS = -1;

  /** A class of requests. */
  public enum Subject {
    OPENSTACK,
    EC2,
    NOCLOUD,
    /** Paths of no tree, which at most an upstream knows. */
    OTHER,
    /** Setting the admin password. */
    PASSWORD_WRITES;

    /** The word in files. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Session tokens, by the mode of their use. */
  public enum Tokens {
    /** There are none. */
    OFF,
    /** They are given out; requests without are answered and counted. */
    REPORT,
    /** Requests without are refused. */
    REQUIRED;

    /** The word in files. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The record says nothing. */
  public static final Policy UNSAID =
      new Policy(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Everything may be asked, and nobody needs a token. */
  public static final Policy OPEN =
      new Policy(
          Optional.of(true),
          Optional.of(Set.of()),
          Optional.of(false),
          Optional.of(Tokens.OFF),
          Optional.of(false),
          Optional.empty());

  private static final String SUBJECTS = "openstack, ec2, nocloud, other or password_writes";

  /** What is said in {@code fields}; leaves it to the caller to finish them. */
  public static Policy read(Fields fields) {
    boolean denies = fields.value("deny").isPresent();
    Set<Subject> denied = new HashSet<>(fields.parsedList("deny", SUBJECTS, Policy::subject));
    return new Policy(
        fields.bool("endpoint"),
        denies ? Optional.of(Set.copyOf(denied)) : Optional.empty(),
        fields.bool("uniform_errors"),
        fields.parsed("tokens", "off, report or required", Policy::tokens),
        fields.bool("check_source"),
        fields.integer("hop_limit", 1, MOST_HOPS));
  }

  /** This one, but for what {@code other} says. */
  public Policy with(Policy other) {
    return new Policy(
        other.endpoint.or(() -> endpoint),
        other.deny.or(() -> deny),
        other.uniformErrors.or(() -> uniformErrors),
        other.tokens.or(() -> tokens),
        other.checkSource.or(() -> checkSource),
        other.hopLimit.or(() -> hopLimit));
  }

  /** This one, but for the hop limit. */
  public Policy withHopLimit(Optional<Integer> hops) {
    return new Policy(endpoint, deny, uniformErrors, tokens, checkSource, hops);
  }

  /** The hop limit as the kernel takes it. */
  public int hops() {
    return hopLimit.orElse(SYSTEMS_HOPS);
  }

  private static Subject subject(String text) {
    return Arrays.stream(Subject.values())
        .filter(subject -> subject.word().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static Tokens tokens(String text) {
    return Arrays.stream(Tokens.values())
        .filter(mode -> mode.word().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }
}

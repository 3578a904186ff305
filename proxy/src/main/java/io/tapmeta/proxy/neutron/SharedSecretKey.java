package io.tapmeta.proxy.neutron;

import java.util.List;
import java.util.Optional;

/** The key {@code upstream.shared_secret_file}. The secret itself appears nowhere. */
final class SharedSecretKey {
  private static final String KEY = "upstream.shared_secret_file";

  private final Options neutron;
  private final Options nova;
  private final Draft draft;

  SharedSecretKey(Options neutron, Options nova, Draft draft) {
    this.neutron = neutron;
    this.nova = nova;
    this.draft = draft;
  }

  /** Neutron's, with which Nova believes it today; Nova's own where Neutron's files have none. */
  static Optional<Secret> find(Options neutron, Options nova) {
    return find(neutron, Option.SHARED_SECRET).or(() -> find(nova, Option.NOVAS_SHARED_SECRET));
  }

  void add(SecretPlace place) {
    Optional<Secret> neutrons = find(neutron, Option.SHARED_SECRET);
    Optional<Secret> novas = find(nova, Option.NOVAS_SHARED_SECRET);
    boolean isNovas =
        neutrons.isEmpty()
            && nova.inForce(Option.NOVAS_SHARED_SECRET).isPresent()
            && (novas.isPresent() || neutron.inForce(Option.SHARED_SECRET).isEmpty());
    if (isNovas) {
      key(place, nova, Option.NOVAS_SHARED_SECRET, novas.isPresent());
      draft.settle(
          neutron,
          Option.SHARED_SECRET,
          new Fate.NotNeeded("It is empty, so the one in Nova's files is taken."));
    } else {
      key(place, neutron, Option.SHARED_SECRET, neutrons.isPresent());
      draft.settle(nova, Option.NOVAS_SHARED_SECRET, novasFate(!neutrons.equals(novas)));
    }
    serviceMetadataProxy();
  }

  private static Optional<Secret> find(Options options, Option option) {
    return options.text(option).filter(text -> !text.isEmpty()).map(Secret::new);
  }

  private void key(SecretPlace place, Options options, Option option, boolean found) {
    draft.key(
        KEY,
        OneLine.quoted(place.file().toString()),
        options,
        List.of(option),
        found ? placeNote(place) : absentNote(options.inForce(option).isPresent(), place));
  }

  private static String placeNote(SecretPlace place) {
    return place.written()
        ? "The secret has been written there, readable by the file's owner alone: make that the"
            + " user that runs tapmeta."
        : "The secret is not printed. To have it written there, say the same again with"
            + " --secret-file "
            + place.file()
            + "; or write it there by hand, mode 0600, owned by"
            + " the user that runs tapmeta.";
  }

  private static String absentNote(boolean empty, SecretPlace place) {
    return empty
        ? "It is empty, and tapmeta does not sign with an empty secret: make one up, write it to "
            + place.file()
            + ", mode 0600, and set Nova's [neutron] metadata_proxy_shared_secret to it."
        : "No file has the secret: write the value of Nova's [neutron]"
            + " metadata_proxy_shared_secret to "
            + place.file()
            + ", mode 0600.";
  }

  private static Fate novasFate(boolean differs) {
    return differs
        ? new Fate.NotCarried(
            "It differs from the one in Neutron's files, which is taken. Nova answers 403 to a"
                + " signature by any other than its own: find out which is in force where"
                + " upstream.endpoints leads.")
        : new Fate.NotNeeded("It is the same as in Neutron's files.");
  }

  private void serviceMetadataProxy() {
    if (nova.inForce(Option.SERVICE_METADATA_PROXY).isPresent()) {
      nova.flag(Option.SERVICE_METADATA_PROXY)
          .ifPresent(
              on ->
                  draft.settle(
                      nova,
                      Option.SERVICE_METADATA_PROXY,
                      on
                          ? new Fate.NotNeeded("Nova has it as tapmeta needs it.")
                          : new Fate.NotCarried(
                              "It has to be true where upstream.endpoints leads, or Nova does not"
                                  + " look at what tapmeta signs.")));
    }
  }
}

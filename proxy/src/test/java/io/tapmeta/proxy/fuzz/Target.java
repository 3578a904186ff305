package io.tapmeta.proxy.fuzz;

import io.tapmeta.proxy.document.CanonicalPathFuzz;
import io.tapmeta.proxy.document.EntityTagFuzz;
import io.tapmeta.proxy.document.JsonFuzz;
import io.tapmeta.proxy.http.GuestConnectionFuzz;
import io.tapmeta.proxy.http.RequestBodyFuzz;
import io.tapmeta.proxy.http.RequestHeadFuzz;
import io.tapmeta.proxy.kernel.LinkMessagesFuzz;
import io.tapmeta.proxy.upstream.AnswerDecoderFuzz;
import java.util.function.Consumer;

/** All that is fuzzed; a folder of the corpus has each one's name. */
enum Target {
  REQUEST_HEAD(RequestHeadFuzz::fuzzerTestOneInput),
  REQUEST_BODY(RequestBodyFuzz::fuzzerTestOneInput),
  GUEST_CONNECTION(GuestConnectionFuzz::fuzzerTestOneInput),
  CANONICAL_PATH(CanonicalPathFuzz::fuzzerTestOneInput),
  ENTITY_TAG(EntityTagFuzz::fuzzerTestOneInput),
  JSON(JsonFuzz::fuzzerTestOneInput),
  SAVED_SYN(SavedSynFuzz::fuzzerTestOneInput),
  LINK_MESSAGES(LinkMessagesFuzz::fuzzerTestOneInput),
  ANSWER_DECODER(AnswerDecoderFuzz::fuzzerTestOneInput),
  INSTANCE(InstanceFuzz::fuzzerTestOneInput),
  ATTACHMENT(AttachmentFuzz::fuzzerTestOneInput),
  CONFIGURATION(ConfigurationFuzz::fuzzerTestOneInput);

  private final Consumer<byte[]> method;

  Target(Consumer<byte[]> method) {
    this.method = method;
  }

  void take(byte[] input) {
    method.accept(input);
  }

  String folder() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}

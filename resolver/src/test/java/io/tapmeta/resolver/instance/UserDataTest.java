package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserDataTest {
  @Test
  void anyBytesSurvive() {
    Random random = new Random(23);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertThat(UserData.decode(Base64.getEncoder().encodeToString(bytes)).bytes())
          .isEqualTo(bytes);
      assertThat(UserData.decode(Base64.getMimeEncoder().encodeToString(bytes)).bytes())
          .isEqualTo(bytes);
    }
  }

  @Test
  void emptyIsAnEmptyUserData() {
    assertThat(UserData.decode("").length()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "aG=k", "aGk==", "a-_k", "#!/bin/sh", "aGk=aGk=", "é"})
  void whatIsNotBase64IsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> UserData.decode(text));
  }

  @Test
  void equalityIsOfTheBytes() {
    assertThat(UserData.decode("aGk="))
        .isEqualTo(UserData.decode("aG\nk="))
        .hasSameHashCodeAs(UserData.decode("aGk="))
        .isNotEqualTo(UserData.decode("aGo="));
  }

  @Test
  void nobodyCanChangeTheBytes() {
    UserData data = UserData.decode("aGk=");
    data.bytes()[0] = 0;
    assertThat(data.bytes()).containsExactly('h', 'i');
  }

  @Test
  void logsNeverSeeTheBytes() {
    assertThat(UserData.decode("c2VjcmV0")).hasToString("user data of 6 bytes");
  }

  @Test
  void moreThanFitsIsRefusedAndAsMuchAsFitsIsNot() {
    Base64.Encoder encoder = Base64.getEncoder();
    String most = encoder.encodeToString(new byte[65 * 1024]);
    String more = encoder.encodeToString(new byte[65 * 1024 + 1]);
    assertThat(UserData.decode(most).length()).isEqualTo(65 * 1024);
    assertThatIllegalArgumentException().isThrownBy(() -> UserData.decode(more));
  }
}

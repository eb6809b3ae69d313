#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "check/personal_values.h"

namespace mlops::check {
namespace {

struct Word {
  std::string_view text;  ///< lower case, without accents; of two words with '_' between them
  PiiKind kind;
};

// In English, German, French and Spanish; sorted by kind.
constexpr std::array kWords{
    Word{"email", PiiKind::email},
    Word{"e_mail", PiiKind::email},
    Word{"mail", PiiKind::email},
    Word{"courriel", PiiKind::email},
    Word{"correo", PiiKind::email},
    Word{"creditcard", PiiKind::card},
    Word{"credit_card", PiiKind::card},
    Word{"card_number", PiiKind::card},
    Word{"kreditkarte", PiiKind::card},
    Word{"carte_bancaire", PiiKind::card},
    Word{"tarjeta", PiiKind::card},
    Word{"iban", PiiKind::iban},
    Word{"ip", PiiKind::ip},
    Word{"ip_address", PiiKind::ip},
    Word{"ipaddress", PiiKind::ip},
    Word{"mac_address", PiiKind::mac},
    Word{"macaddress", PiiKind::mac},
    Word{"phone", PiiKind::phone},
    Word{"telephone", PiiKind::phone},
    Word{"tel", PiiKind::phone},
    Word{"mobile_number", PiiKind::phone},
    Word{"telefon", PiiKind::phone},
    Word{"handynummer", PiiKind::phone},
    Word{"telefono", PiiKind::phone},
    Word{"nif", PiiKind::es_nif},
    Word{"dni", PiiKind::es_nif},
    Word{"nie", PiiKind::es_nif},
    Word{"pesel", PiiKind::pl_pesel},
    Word{"hetu", PiiKind::fi_hetu},
    Word{"henkilotunnus", PiiKind::fi_hetu},
    Word{"codice_fiscale", PiiKind::it_cf},
    Word{"nhs", PiiKind::uk_nhs},
    Word{"steuer_id", PiiKind::de_steuer_id},
    Word{"steuerid", PiiKind::de_steuer_id},
    Word{"personnummer", PiiKind::se_personnummer},
    Word{"tckn", PiiKind::tr_tckn},
    Word{"birthdate", PiiKind::birth_date},
    Word{"birth_date", PiiKind::birth_date},
    Word{"birthday", PiiKind::birth_date},
    Word{"dob", PiiKind::birth_date},
    Word{"date_of_birth", PiiKind::birth_date},
    Word{"geburtsdatum", PiiKind::birth_date},
    Word{"geburtstag", PiiKind::birth_date},
    Word{"date_naissance", PiiKind::birth_date},
    Word{"date_de_naissance", PiiKind::birth_date},
    Word{"fecha_nacimiento", PiiKind::birth_date},
    Word{"fecha_de_nacimiento", PiiKind::birth_date},
    Word{"health", PiiKind::art9},
    Word{"disease", PiiKind::art9},
    Word{"illness", PiiKind::art9},
    Word{"diagnosis", PiiKind::art9},
    Word{"disability", PiiKind::art9},
    Word{"medication", PiiKind::art9},
    Word{"religion", PiiKind::art9},
    Word{"religious", PiiKind::art9},
    Word{"faith", PiiKind::art9},
    Word{"ethnicity", PiiKind::art9},
    Word{"ethnic", PiiKind::art9},
    Word{"race", PiiKind::art9},
    Word{"racial", PiiKind::art9},
    Word{"union", PiiKind::art9},
    Word{"sexual", PiiKind::art9},
    Word{"sexuality", PiiKind::art9},
    Word{"biometric", PiiKind::art9},
    Word{"fingerprint", PiiKind::art9},
    Word{"genetic", PiiKind::art9},
    Word{"dna", PiiKind::art9},
    Word{"political", PiiKind::art9},
    Word{"gesundheit", PiiKind::art9},
    Word{"krankheit", PiiKind::art9},
    Word{"diagnose", PiiKind::art9},
    Word{"behinderung", PiiKind::art9},
    Word{"konfession", PiiKind::art9},
    Word{"glaube", PiiKind::art9},
    Word{"ethnie", PiiKind::art9},
    Word{"rasse", PiiKind::art9},
    Word{"gewerkschaft", PiiKind::art9},
    Word{"sexuelle", PiiKind::art9},
    Word{"biometrie", PiiKind::art9},
    Word{"fingerabdruck", PiiKind::art9},
    Word{"sante", PiiKind::art9},
    Word{"maladie", PiiKind::art9},
    Word{"diagnostic", PiiKind::art9},
    Word{"handicap", PiiKind::art9},
    Word{"confession", PiiKind::art9},
    Word{"ethnique", PiiKind::art9},
    Word{"syndicat", PiiKind::art9},
    Word{"biometrique", PiiKind::art9},
    Word{"genetique", PiiKind::art9},
    Word{"politique", PiiKind::art9},
    Word{"salud", PiiKind::art9},
    Word{"enfermedad", PiiKind::art9},
    Word{"diagnostico", PiiKind::art9},
    Word{"discapacidad", PiiKind::art9},
    Word{"etnia", PiiKind::art9},
    Word{"raza", PiiKind::art9},
    Word{"sindicato", PiiKind::art9},
    Word{"biometrico", PiiKind::art9},
    Word{"genetico", PiiKind::art9},
    Word{"politico", PiiKind::art9},
};

/// The letter of a Latin-1 character of two UTF-8 bytes that begin with C3; 0 for others.
char without_accent(unsigned char second) {
  constexpr std::string_view kLetters =
      "aaaaaaaceeeeiiiidnooooo.ouuuuyts"   // C3 80 to 9F, upper case
      "aaaaaaaceeeeiiiidnooooo.ouuuuyty";  // C3 A0 to BF
  const auto place = static_cast<std::size_t>(second - 0x80U);
  return place < kLetters.size() && kLetters[place] != '.' ? kLetters[place] : '\0';
}

/// "contactEMail-Adresse" → "contact_e_mail_adresse": words, lower case, without accents.
std::string words_of(std::string_view name) {
  std::string words;
  bool was_lower = false;
  const auto part = [&] {
    if (!words.empty() && words.back() != '_') {
      words += '_';
    }
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_lower = c >= 'a' && c <= 'z';
    char accented = '\0';
    if (static_cast<unsigned char>(c) == 0xC3U && i + 1 < name.size()) {
      accented = without_accent(static_cast<unsigned char>(name[++i]));
    }
    if (is_upper && was_lower) {
      part();
    }
    if (is_upper) {
      words += static_cast<char>(c - 'A' + 'a');
    } else if (is_lower) {
      words += c;
    } else if (accented != '\0') {
      words += accented;
    } else {
      part();
    }
    was_lower = is_lower || accented != '\0';
  }
  return words;
}

}  // namespace

PiiKinds hinted_by(std::string_view column) {
  const std::string words = "_" + words_of(column) + "_";
  PiiKinds hinted;
  for (const Word& word : kWords) {
    if (words.find("_" + std::string(word.text) + "_") != std::string::npos) {
      hinted.set(static_cast<std::size_t>(word.kind));
    }
  }
  return hinted;
}

}  // namespace mlops::check

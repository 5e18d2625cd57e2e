# The texts of the site in French. Every key stands in each language's file.

language-name = Français
skip = Aller au contenu
languages = Langues
menu = Menu principal
commune-of = Commune de
demo-banner = Démonstration : cette commune, ses habitants et ses commerces n’existent pas.
sign-in = S’identifier
sign-out = Quitter
breadcrumb = Fil d’Ariane
pages = Pages
page-before = Page précédente
page-after = Page suivante
colon = { "" } :

nav-directory = Commerces et entreprises
nav-documents = Documents
nav-my-files = Mes dossiers
nav-verify = Vérifier un document
nav-office = Bureau
nav-office-staff = Accès du personnel
nav-accessibility = Accessibilité
nav-privacy = Vie privée

home-title = Accueil
home-welcome = Bienvenue à { $commune }
home-lead = Les services de votre commune, à toute heure.
home-documents = Commandez une attestation, suivez la demande et téléchargez le document.
home-my-files = Où en est votre demande ? Combien reste-t-il à payer ?
home-my-files-link = Voir mes dossiers
home-verify = Quelqu’un vous présente un document de la commune ? Vérifiez qu’il est authentique.
home-verify-link = Vérifier un code
home-notices = Avis officiels
home-published = Publié le
home-town-hall = Maison communale

directory-title = Commerces et entreprises
directory-search-label = Que cherchez-vous ?
directory-search-hint = Un nom, une activité, une rue ou un numéro. Le début d’un mot suffit, avec ou sans accents.
directory-search-button = Chercher
directory-results = Résultats
directory-results-for = Résultats pour « { $query } »
directory-count = { $count ->
    [0] Aucun résultat. Essayez avec moins de mots, ou le début d’un mot.
    [one] Un résultat
   *[other] { $count } résultats
}
directory-as-of = Données de la Banque-Carrefour des Entreprises au { $day }, complétées par la commune.
entry-gone = Cette entreprise a cessé ses activités.
entry-address = Adresse
entry-telephone = Téléphone
entry-email = Courriel
entry-website = Site
entry-activities = Activités
entry-form = Forme juridique
entry-number = Numéro
entry-started = Depuis le
entry-enterprise = Entreprise
entry-establishments = Établissements
entry-where = Où se trouve-t-elle ?

sign-in-title = S’identifier
sign-in-lead = Identifiez-vous avec votre carte d’identité électronique. La commune ne conserve pas votre numéro de registre national.
sign-in-card-title = Carte d’identité
sign-in-card-lead = Branchez le lecteur, insérez votre carte et gardez votre code PIN à portée de main. Il faut l’extension Web eID dans ce navigateur.
sign-in-card-button = S’identifier avec ma carte
sign-in-busy = Suivez les indications de votre lecteur de carte…
sign-in-absent = L’extension Web eID ne répond pas. Vérifiez qu’elle est installée et active.
sign-in-cancelled = Vous avez interrompu l’identification.
sign-in-failed = L’identification n’a pas abouti. Vérifiez votre carte et recommencez.
sign-in-no-script = L’identification par carte demande JavaScript dans ce navigateur.
sign-in-no-script-demo = L’identification par une vraie carte demande JavaScript. La carte de test ci-dessous fonctionne sans.
sign-in-test-title = Carte de test
sign-in-test-lead = La démonstration signe à la place de la carte ; la signature est vérifiée comme celle d’une vraie carte.
sign-in-test-whose = De qui est la carte ?
sign-in-test-button = S’identifier avec la carte de test

documents-title = Documents
documents-lead = Les documents que la commune établit elle-même.
document-authority = Autorité
document-price = Prix
document-price-each = { $amount } par exemplaire
document-term = Délai
document-legal-basis = Base légale
document-sign-in = Pour commander, vous serez invité à vous identifier avec votre carte d’identité.
document-order = Commander ce document
term-working-days = Réponse dans les { $count } jours ouvrables
term-days = Réponse dans les { $count } jours
term-clear-days = Réponse dans les { $count } jours francs
term-months = Réponse dans les { $count } mois
delivery-download = À télécharger
delivery-post = Envoi par la poste
delivery-counter = Au guichet

form-lead = Toutes les réponses sont nécessaires, sauf mention contraire. Rien n’est envoyé avant la page de vérification.
form-optional = (facultatif)
form-declaration = Déclaration
form-continue = Continuer
form-errors = À corriger avant de continuer
order-review-title = Vérifiez votre commande
order-answers = Vos réponses
office-answers = Réponses du demandeur
order-requester = Demandeur
order-price = Prix
order-price-changed = Le prix a changé depuis la page précédente. Vérifiez-le et confirmez à nouveau.
order-submit = Commander avec obligation de paiement
order-submit-free = Envoyer la demande
order-edit = Modifier mes réponses
price-item = Objet
price-quantity = Nombre
price-unit = Prix unitaire
price-amount = Montant
price-total = Total

fault-required = répondez à cette question
fault-shape = cette réponse n’a pas la forme attendue
fault-too-long = { $limit } caractères au plus
fault-not-a-choice = choisissez une des réponses proposées
fault-choices-unavailable = les choix ne sont pas disponibles pour le moment
fault-too-few = au moins { $limit } réponses
fault-too-many = au plus { $limit } réponses
fault-not-a-date = écrivez une date, par exemple 24/12/2026
fault-date-out-of-range = cette date n’est pas possible
fault-not-a-time = écrivez une heure, par exemple 14:30
fault-not-an-email = écrivez une adresse électronique, par exemple nom@exemple.be
fault-not-a-bool = cochez ou décochez la case
fault-not-a-place = indiquez un lieu
fault-not-digits = écrivez un nombre, en chiffres
fault-not-a-phone = écrivez un numéro de téléphone
fault-not-a-national-number = ce n’est pas un numéro de registre national
fault-not-an-iban = ce n’est pas un numéro de compte IBAN
fault-pattern = cette réponse n’a pas la forme attendue
fault-check-unavailable = cette réponse ne peut pas être vérifiée pour le moment
fault-block-unavailable = ces questions ne sont pas disponibles pour le moment
fault-post-condition = ces réponses ne vont pas ensemble

my-files-title = Mes dossiers
my-files-none = Vous n’avez pas encore de dossier.
my-files-order = Commander un document
file = Dossier
file-number = Numéro
file-document = Document
file-submitted = Introduit le
file-stage = État
file-state = Traitement
file-due = Réponse au plus tard le
file-new = Votre commande { $number } est enregistrée.
file-step = Votre dossier : étape { $step } sur { $steps }
file-answer-due = , réponse au plus tard le { $day }
file-stage-is = Votre demande est { $stage }.
file-late = La commune est en retard.
file-remark = Message de la commune
file-lapsed = Le délai de paiement est dépassé. Vous pouvez introduire une nouvelle demande.
file-document-ready = Votre document est disponible
file-download = Télécharger le document (PDF)
file-unsealed = Ce PDF ne porte pas de cachet électronique : c’est la page « Vérifier un document » de ce site qui prouve son authenticité.
file-reads = Consultations
file-reads-lead = Le personnel de la commune a consulté ce dossier :
file-reads-none = Personne n’a encore consulté ce dossier.
file-withdraw = Retirer ma demande
pay-title = À payer par virement : { $amount }
pay-beneficiary = Bénéficiaire
pay-account = Compte
pay-amount = Montant
pay-reference = Communication structurée
pay-due = Au plus tard le
pay-qr = Code QR du virement
pay-qr-hint = À lire avec l’application de votre banque

office-menu = Menu du bureau
worklist-title = À traiter
worklist-all = Tout
worklist-late = En retard
worklist-soon = À rendre dans les cinq jours
worklist-none = Rien à traiter ici.
worklist-days-late = { $days ->
    [one] un jour de retard
   *[other] { $days } jours de retard
}
worklist-days-left = { $days ->
    [0] aujourd’hui
    [one] encore un jour
   *[other] encore { $days } jours
}
office-late = En retard
office-refused = Action refusée
office-payment = Paiement
office-payment-of = { $received } reçus sur { $due }
office-paid = payé
office-unpaid = à payer
office-refund-due = À rembourser
office-actions = Actions
office-no-action = Il n’y a plus rien à faire.
office-remark = Message au demandeur
office-impossible = Pas possible maintenant
office-history = Historique
history-started = Dossier ouvert

statements-title = Extraits de compte
statements-file = Fichier de la banque
statements-hint = CODA ou camt.052, .053, .054 ; 4 Mo au plus.
statements-import = Importer
statements-refused = Ce fichier ne peut pas être importé
statements-line = Ligne { $line } :
statements-report = Résultat de l’import
statements-matched = { $count ->
    [0] Aucun paiement attribué à une commande.
    [one] Un paiement attribué à une commande.
   *[other] { $count } paiements attribués à des commandes.
}
statements-unmatched-count = { $count ->
    [0] Aucun paiement sans commande.
    [one] Un paiement sans commande.
   *[other] { $count } paiements sans commande.
}
statements-repeated = Déjà importés : { $count }.
statements-ignored = Sans objet (débits et autres) : { $count }.
statements-matched-title = Paiements attribués
statements-day = Comptabilisé le
statements-result = Constat
statements-payer = Payeur
statements-communication = Communication
statements-refused-records = Enregistrements refusés
statements-warnings = Avertissements du fichier
statements-unmatched = Paiements sans commande
statements-unmatched-none = Tous les paiements importés ont trouvé leur commande.
match-exact = paie la commande
match-underpaid = paiement partiel
match-overpaid = trop payé : à rembourser en partie
match-already-paid = déjà payée : à rembourser
match-late = trop tard : à rembourser
match-unknown-reference = communication inconnue
match-no-reference = sans communication structurée
match-uncountable = montant ou devise à examiner

claim-title = Accès du personnel
claim-lead = Vous êtes identifié, mais vous n’avez pas de compte du personnel. Entrez le code à usage unique que vous avez reçu.
claim-code = Code à usage unique
claim-hint = Vingt lettres et chiffres, par exemple ABCDE-FGHJK-LMNPQ-RSTUV
claim-button = Ouvrir mon compte
staff-title = Personnel
staff-name = Nom
staff-roles = Rôles
staff-code = Code à usage unique, à transmettre et montré une seule fois :
staff-invite = Inviter un membre du personnel
staff-invite-lead = La personne s’identifie avec sa carte, puis entre le code. Il est valable sept jours.
staff-invite-button = Créer un code
role-clerk = Agent
role-head = Chef de service
role-treasurer = Receveur
role-administrator = Administrateur

verify-title = Vérifier un document
verify-lead = Chaque document de la commune porte un code. Entrez-le pour savoir si le document est authentique.
verify-code = Code de vérification
verify-hint = Vingt lettres et chiffres, par exemple 7H4KM-…, imprimés sur le document
verify-button = Vérifier
verify-issued = Établi le
verify-valid-until = Valable jusqu’au
verify-sha256 = Empreinte SHA-256 du fichier
verify-sealed = Le fichier porte un cachet électronique de la commune.
verify-unsealed = Le fichier ne porte pas de cachet électronique : seule cette page prouve son authenticité.
verify-compare = Comparez le numéro et la date avec ceux du document que vous avez sous les yeux.
verify-revoked = Ce document a été révoqué.
verify-revoked-on = Révoqué le { $day } :
verdict-document-valid = Ce document est authentique et valable
verdict-document-expired = Ce document est authentique, mais n’est plus valable
verdict-document-revoked = Ce document a été révoqué par la commune
verdict-document-unknown = Aucun document ne porte ce code

privacy-title = Vie privée
privacy-lead = Ce que ce site sait de vous, pourquoi, et pour combien de temps.
privacy-one-title = Identification
privacy-one = Votre carte donne votre nom et votre numéro de registre national. La commune garde le nom ; du numéro elle ne garde qu’une clé qui ne permet pas de le retrouver.
privacy-two-title = Commandes
privacy-two = Vos réponses servent à traiter votre demande (mission d’intérêt public). Chaque consultation de votre dossier par le personnel est enregistrée, et vous la voyez dans votre dossier.
privacy-three-title = Témoins de connexion
privacy-three = Un seul témoin vous reconnaît pendant votre visite, un autre retient la langue choisie. Rien n’est demandé à d’autres sites, et rien ne leur est transmis. Pour exercer vos droits, écrivez à :
accessibility-title = Accessibilité
accessibility-lead = Ce site vise le niveau AA des règles pour l’accessibilité des contenus web (WCAG 2.2) et la norme EN 301 549.
accessibility-one-title = Ce qui est garanti
accessibility-one = Toutes les démarches se font au clavier, sans JavaScript, avec un lecteur d’écran et sur un écran de 360 pixels. Les cartes ont toujours une liste à côté d’elles.
accessibility-two-title = Ce qui ne l’est pas encore
accessibility-two = Les documents PDF n’ont pas encore été évalués par des personnes qui utilisent un lecteur d’écran.
accessibility-three-title = Signaler un problème
accessibility-three = Une page vous résiste ? Dites-le-nous, nous vous répondrons et nous vous aiderons à faire votre démarche :

error-title = Cela n’a pas fonctionné
error-prefix = Erreur :
error-code = Code :
error-home = Retour à l’accueil
error-not-found = Cette page n’existe pas, ou n’existe plus.
error-method-not-allowed = Cette adresse ne se demande pas de cette manière.
error-bad-request = Cette demande ne peut pas être lue.
error-form-unreadable = Ce formulaire ne peut pas être lu. Revenez à la page précédente et recommencez.
error-form-token = Ce formulaire ne vient pas de votre visite, ou elle a pris fin. Revenez à la page précédente, rechargez-la et recommencez.
error-media-type = Ce type de contenu n’est pas accepté ici.
error-too-large = Ce qui est envoyé est trop grand.
error-upload-unreadable = Le fichier envoyé ne peut pas être lu.
error-upload-missing = Choisissez un fichier.
error-forbidden = Vous n’avez pas accès à cette page.
error-staff-only = Cette page est réservée au personnel de la commune.
error-role-missing = Votre compte n’a pas le rôle qu’il faut pour cette page.
error-conflict = Quelqu’un d’autre vient de modifier ce dossier. Rechargez la page.
error-version-conflict = Quelqu’un d’autre vient de modifier ce dossier. Voici où il en est maintenant.
error-command-reused = Cette demande a déjà été traitée autrement. Rechargez la page.
error-rate-limited = Trop d’essais. Attendez une minute et recommencez.
error-unavailable = Le service est momentanément indisponible. Réessayez dans quelques instants.
error-queue-full = Trop de demandes arrivent en même temps. Réessayez dans quelques instants.
error-internal = Une erreur s’est produite de notre côté. Elle a été enregistrée.
error-sign-in-start-again = L’identification a pris trop de temps ou a été envoyée deux fois. Recommencez.
error-sign-in-card-expired = Les certificats de votre carte ne sont plus valables. La carte est à renouveler.
error-sign-in-refused = Cette carte n’est pas acceptée.
error-sign-in-unavailable = L’identification ne fonctionne pas pour le moment. Réessayez plus tard.
error-sign-in-no-card = Choisissez une des cartes de test.
error-one-time-code-malformed = Ce n’est pas un code à usage unique : il a vingt lettres et chiffres.
error-one-time-code-unknown = Ce code n’est pas, ou n’est plus, valable.
error-invitation-no-role = Choisissez au moins un rôle.
error-verification-code-length = Un code de vérification a vingt lettres et chiffres.
error-verification-code-character = Ce code contient un caractère qu’aucun code ne contient.
error-verification-code-check = Il y a une faute de frappe dans ce code.
error-cursor-unknown = Cette page de la liste n’existe pas.
error-bank = Ce n’est pas un extrait de compte que ce site sait lire.
error-bank-unknown-format = Ce n’est ni un fichier CODA ni un fichier camt.
error-coda-version = Cette version de CODA n’est pas lue.
error-coda-line-length = Une ligne CODA a 128 caractères.
error-bank-currency = La devise est inconnue.
error-camt-message = Ce n’est pas un message camt.052, .053 ou .054.
error-bank-no-statement = Le fichier ne contient aucun extrait.
error-bank-xml = Le XML de ce fichier ne peut pas être lu.
